import {
  type AppendResult as ClientResult,
  type EventData,
  MaxAppendSizeExceededError,
  NO_STREAM,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import type { AppendResult, NewEvent, StreamAppend } from '../../application/ports/event-store.ts'
import type { Position } from '../../application/ports/position.ts'
import { counted } from '../text/counted.ts'
import type { Connection } from './connection.ts'
import { correlationOf } from './correlation.ts'
import { EventStoreDbError } from './event-store-db-error.ts'
import { toPosition } from './position.ts'
import { readStream } from './read-events.ts'
import type { StreamNames } from './stream-names.ts'
import { positionOf } from './to-recorded-event.ts'
import { errorText, isRefusal, troubleOf } from './trouble.ts'

export const appendTo = (
  connection: Connection,
  names: StreamNames,
  { stream, expectedRevision, events }: StreamAppend,
): Promise<AppendResult> => appendData(connection, names, stream, expectedRevision, events.map(toEventData))

export const appendData = async (
  connection: Connection,
  names: StreamNames,
  stream: string,
  expectedRevision: number,
  events: ReadonlyArray<EventData>,
): Promise<AppendResult> => {
  const name = names.stored(stream)
  try {
    const result = await connection.call((client, options) =>
      client.appendToStream(name, [...events], {
        ...options,
        expectedRevision: expectedRevision === -1 ? NO_STREAM : BigInt(expectedRevision),
      }),
    )
    return { tag: 'Appended', stream, position: await positionAfter(connection, name, result) }
  } catch (error) {
    if (error instanceof WrongExpectedVersionError) return { tag: 'Conflict', stream }
    if (error instanceof MaxAppendSizeExceededError) {
      throw new Error(
        `an append of ${counted(events.length, 'event')} to ${stream} is larger than the server accepts`,
      )
    }
    if (isRefusal(error)) throw new Error(`the server refused an append to ${stream}: ${errorText(error)}`)
    const cause = troubleOf(error, `append to ${name}`)
    if (cause instanceof EventStoreDbError) return { tag: 'Unknown', stream, cause }
    throw cause
  }
}

const toEventData = ({ eventId, event }: NewEvent): EventData => ({
  id: eventId,
  contentType: 'application/json',
  type: event.type,
  data: { public: event.public, personal: event.personal, message: event.message },
  // Older programs look for the version here.
  metadata: { schema_version: event.public.schema_version, ...correlationOf(event) },
})

/**
 * The server may omit the position if it recognises a repeated append. If the event is then not found, the outcome of
 * the append is unknown, and is handled like any other unknown one.
 */
const positionAfter = async (
  connection: Connection,
  name: string,
  { position, nextExpectedRevision }: ClientResult,
): Promise<Position> => {
  if (position !== undefined) return toPosition(position)
  const [last] = await readStream(connection, name, { fromRevision: nextExpectedRevision, maxCount: 1 })
  if (last === undefined) throw new EventStoreDbError('an appended event is missing')
  return toPosition(positionOf(last))
}
