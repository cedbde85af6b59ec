import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { LogRecord } from './memory-log.ts'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** .NET's ticks of 100 nanoseconds since 1970. */
const ticks = (date: Date): string => String(BigInt(date.getTime()) * 10_000n)

export const toReadResponse = (record: LogRecord): ReadResp => {
  const position = String(record.position)
  const event = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(record.id))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(base64(Buffer.from(record.stream))))
    .setStreamRevision(String(record.revision))
    .setCommitPosition(position)
    .setPreparePosition(position)
    .setData(base64(record.data))
    .setCustomMetadata(base64(record.metadata))
  event.getMetadataMap().set('type', record.type)
  event.getMetadataMap().set('content-type', record.contentType)
  event.getMetadataMap().set('created', ticks(record.created))
  const read = new streams.ReadResp.ReadEvent().setEvent(event).setCommitPosition(position)
  return new streams.ReadResp().setEvent(read)
}
