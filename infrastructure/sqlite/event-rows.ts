import type { RecordedEvent } from '../../application/ports/event-store.ts'
import { decodeStoredEvent } from '../../domain/events/decode-stored-event.ts'
import type { StoredEvent } from '../../domain/events/stored-event.ts'
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
  event: toStoredEvent(row),
})

/** Characters of the JSON text, the measure for batches and caches. */
export const sizeOf = (row: EventRow): number => row.data.length + row.metadata.length

const toStoredEvent = (row: EventRow): StoredEvent => {
  let data: unknown
  let metadata: unknown
  try {
    data = JSON.parse(row.data)
    metadata = JSON.parse(row.metadata)
  } catch {
    return { type: 'Unreadable', storedType: row.type, problem: 'is not JSON' }
  }
  return decodeStoredEvent({ type: row.type, data, metadata })
}
