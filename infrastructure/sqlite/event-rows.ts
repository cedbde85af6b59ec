import type { RecordedEvent } from '../../application/ports/event-store.ts'
import { decodeStoredEvent } from '../../domain/events/decode-stored-event.ts'
import { toPosition } from './position.ts'

export interface EventRow {
  readonly position: number
  readonly stream: string
  readonly revision: number
  readonly event_id: string
  readonly type: string
  readonly data: string
  readonly metadata: string
}

export const eventColumns = 'position, stream, revision, event_id, type, data, metadata'

export const toRecordedEvent = (row: EventRow): RecordedEvent => ({
  position: toPosition(row.position),
  stream: row.stream,
  revision: row.revision,
  eventId: row.event_id,
  event: decodeStoredEvent({
    eventId: row.event_id,
    stream: row.stream,
    type: row.type,
    data: parsed(row.data),
    metadata: parsed(row.metadata),
  }),
})

/** Characters of the JSON text, the measure for batches and caches. */
export const sizeOf = (row: EventRow): number => row.data.length + row.metadata.length

/** Undefined when it is no JSON: the file was damaged. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
