import type { EventData, EventType, RecordedEvent as ServerEvent } from '@eventstore/db-client'
import type { RawLogEvent, RawTarget } from '../../application/ports/raw-log.ts'
import { decodeStoredEvent } from '../../domain/events/decode-stored-event.ts'
import type { RawEvent } from '../../domain/events/stored-event.ts'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { isTooDeep } from '../../domain/nesting.ts'
import { appendData } from './append.ts'
import type { Connection } from './connection.ts'
import { correlationOf, withoutCorrelation } from './correlation.ts'
import { limits } from './event-store-db.ts'
import { type Form, follow } from './follow.ts'
import { toPosition } from './position.ts'
import type { StreamNames } from './stream-names.ts'
import { isParsed, positionOf } from './to-recorded-event.ts'

export const createRawLog = (connection: Connection, names: StreamNames): RawTarget => ({
  limits,
  read: (after, signal) => follow(connection, names, rawForm, after, signal, 'stop'),
  append: (events) => {
    const [{ stream, revision }] = events
    return appendData(connection, names, stream, revision - 1, events.map(toEventData))
  },
})

interface ParsedEvent extends RawEvent {
  readonly data: JsonObject | undefined
  readonly metadata: JsonObject | undefined
}

/**
 * Anything that is not a JSON object, or is too deep to be serialised again, is copied as bytes: it stays unreadable,
 * and cannot be confused with a text in JSON.
 */
const toEventData = ({ eventId, stream, type, data, metadata }: RawLogEvent): EventData => {
  const parsed = { eventId, stream, type, data: jsonObjectOf(data), metadata: jsonObjectOf(metadata) }
  const common = { id: eventId, type, metadata: metadataOf(parsed) ?? bytes(metadata) }
  return parsed.data === undefined
    ? { ...common, contentType: 'application/octet-stream', data: bytes(data) }
    : { ...common, contentType: 'application/json', data: parsed.data }
}

/** With what an ordinary append would have added; nothing if the event does not say which import it belongs to. */
const metadataOf = (parsed: ParsedEvent): JsonObject | undefined => {
  const { metadata } = parsed
  const event = decodeStoredEvent(parsed)
  return event.type === 'Unreadable' ? metadata : { ...metadata, ...correlationOf(event) }
}

const jsonObjectOf = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) && !isTooDeep(value) ? value : undefined
  } catch {
    return undefined
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const toRawLogEvent = (stream: string, event: ServerEvent<EventType>): RawLogEvent => ({
  position: toPosition(positionOf(event)),
  stream,
  revision: Number(event.revision),
  eventId: event.id,
  type: event.type,
  data: textOf(event.data),
  metadata: textOf(isParsed(event.metadata) ? withoutCorrelation(event.metadata) : event.metadata),
})

/** The client returns JSON parsed, other bytes unchanged, and nothing if there are none. */
const textOf = (body: unknown): string => {
  if (body === undefined) return ''
  return body instanceof Uint8Array ? Buffer.from(body).toString() : JSON.stringify(body)
}

const rawForm: Form<RawLogEvent> = {
  of: toRawLogEvent,
  sizeOf: ({ data, metadata }) => (data.length + metadata.length) / 2,
}
