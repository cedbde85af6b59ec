import type { EventType, Position as LogPosition, RecordedEvent as ServerEvent } from '@eventstore/db-client'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import { decodeStoredEvent } from '../../domain/events/decode-stored-event.ts'
import { contextOf, type StoredEvent } from '../../domain/events/stored-event.ts'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { withoutCorrelation } from './correlation.ts'
import { EventStoreDbError } from './event-store-db-error.ts'
import type { Form } from './follow.ts'
import { toPosition } from './position.ts'

/** Converts an event of one of our streams. @throws Error if the server is too old to give its position */
export const toRecordedEvent = (stream: string, event: ServerEvent<EventType>): RecordedEvent => ({
  position: toPosition(positionOf(event)),
  stream,
  revision: Number(event.revision),
  eventId: event.id,
  event: toStoredEvent(stream, event),
})

export const recordedForm: Form<RecordedEvent> = {
  of: toRecordedEvent,
  sizeOf: ({ event }) => contextOf(event)?.personal.bytes ?? 0,
}

export const positionOf = ({ position }: ServerEvent<EventType>): LogPosition => {
  if (position === undefined)
    throw new EventStoreDbError('is too old: it does not report the position of an event', 'refusing')
  return position
}

/**
 * A body that is not JSON arrives as text or bytes: a redacted one, which the server fills with 0xFF, or one written by
 * another client.
 */
const toStoredEvent = (stream: string, { id, type, data, metadata }: ServerEvent<EventType>): StoredEvent =>
  decodeStoredEvent({
    eventId: id,
    stream,
    type,
    data: isParsed(data) ? data : undefined,
    metadata: isParsed(metadata) ? withoutCorrelation(metadata) : undefined,
  })

export const isParsed = (body: unknown): body is JsonObject =>
  isJsonObject(body) && !(body instanceof Uint8Array)
