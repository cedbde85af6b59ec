import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { IStreamsServer } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { refusalOf } from './access.ts'
import type { LogRecord, MemoryLog } from './memory-log.ts'
import { type ReadCall, type ReadContext, send } from './read-context.ts'
import { toReadResponse } from './read-response.ts'
import { refusals } from './refusals.ts'
import { serveSubscription } from './subscription.ts'

/** Reads of a stream and of $all, and subscriptions to $all: one method of the protocol. */
export const readCall =
  (context: ReadContext): IStreamsServer['read'] =>
  (call) => {
    const fail = (refusal: object): void => void call.emit('error', refusal)
    const options = call.request.getOptions()
    const stream = options && streamNameIn(options)
    const refused = refusalOf(context.access, call.metadata, `read ${stream ?? '$all'}`)
    if (refused !== undefined) return fail(refused)
    if (options?.getUuidOption()?.hasString() !== true)
      return fail(refusals.invalid('uuid option must be said'))
    if (options.getResolveLinks()) return fail(refusals.invalid('links are not resolved here'))
    if (options.hasSubscription()) {
      if (!options.hasAll()) return fail(refusals.invalid('subscriptions to streams are not served here'))
      return void serveSubscription(context, call, options)
    }
    if (!options.hasNoFilter()) return fail(refusals.invalid('reads with a filter are not served here'))
    const fault = context.faults.takeReadFault(stream)
    if (fault === 'silence') return
    if (fault !== undefined) return fail(fault.refusal)
    void serveRead(context.log, call, options)
  }

/** Undefined for $all. */
const streamNameIn = (options: ReadReq.Options): string | undefined => {
  const stream = options.getStream()
  return stream && Buffer.from(stream.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()
}

const serveRead = async (log: MemoryLog, call: ReadCall, options: ReadReq.Options): Promise<void> => {
  const count = Number(options.getCount())
  const stream = options.getStream()
  const name = streamNameIn(options)
  if (stream === undefined || name === undefined) {
    for (const record of inAll(log, options).slice(0, count)) await send(call, toReadResponse(record))
    return void call.end()
  }
  const records = log.stream(name)
  if (records.length === 0) {
    const notFound = new streams.ReadResp.StreamNotFound()
    notFound.setStreamIdentifier(
      new shared.StreamIdentifier().setStreamName(Buffer.from(name).toString('base64')),
    )
    await send(call, new streams.ReadResp().setStreamNotFound(notFound))
    return void call.end()
  }
  for (const record of inStream(records, stream, isBackwards(options)).slice(0, count)) {
    await send(call, toReadResponse(record))
  }
  call.end()
}

const isBackwards = (options: ReadReq.Options): boolean =>
  options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS

/** From a revision, inclusive in either direction. */
const inStream = (
  records: ReadonlyArray<LogRecord>,
  stream: ReadReq.Options.StreamOptions,
  backwards: boolean,
): ReadonlyArray<LogRecord> => {
  const from = stream.hasRevision() ? Number(stream.getRevision()) : undefined
  if (!backwards) return records.filter(({ revision }) => !stream.hasEnd() && revision >= (from ?? 0))
  return records.filter(({ revision }) => !stream.hasStart() && revision <= (from ?? revision)).reverse()
}

/** From a position, inclusive when reading forwards, exclusive when reading backwards. */
const inAll = ({ all }: MemoryLog, options: ReadReq.Options): ReadonlyArray<LogRecord> => {
  const place = options.getAll()?.getPosition()
  const from = place === undefined ? undefined : BigInt(place.getCommitPosition())
  if (!isBackwards(options)) return all.filter(({ position }) => from === undefined || position >= from)
  return all.filter(({ position }) => from === undefined || position < from).reverse()
}
