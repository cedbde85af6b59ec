import type { RecordedEvent } from '../../application/ports/event-store.ts'
import { decodeStoredEvent } from '../../domain/events/decode-stored-event.ts'
import { storedCount, storedText } from './damaged-row.ts'
import { toPosition } from './position.ts'

/** Events of versions 0 and 1 have `data`, later ones have the parts; the other columns are '' or null. */
export interface EventRow {
  readonly position: number
  readonly stream: string
  readonly revision: number
  readonly event_id: string
  readonly type: string
  readonly data: string
  readonly metadata: string
  readonly public: string | null
  readonly personal: string | null
  readonly message: string | null
}

export const eventColumns =
  'position, stream, revision, event_id, type, data, metadata, public, personal, message'

/** An event at a place where none can be means that the log is damaged, not only this event. @throws DamagedRow */
export const placeOf = (row: EventRow) => ({
  position: toPosition(row.position),
  stream: storedText(row.stream, 'the name of a stream'),
  revision: storedCount(row.revision, 'a revision'),
})

/** @throws DamagedRow */
export const toRecordedEvent = (row: EventRow): RecordedEvent => {
  const { position, stream, revision } = placeOf(row)
  const eventId = textIn(row.event_id)
  const event = decodeStoredEvent({
    eventId,
    stream,
    type: textIn(row.type),
    data:
      row.public === null
        ? parsed(row.data)
        : { public: parsed(row.public), personal: parsed(row.personal), message: parsed(row.message) },
    // From version 2 on, it only tells an older program the version.
    metadata: row.public === null ? parsed(row.metadata) : undefined,
  })
  return { position, stream, revision, eventId, event }
}

/** The event with '' in place of its id or type cannot be read. */
export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Characters of the JSON text, used to size batches and caches. */
export const sizeOf = ({ data, metadata, public: known, personal, message }: EventRow): number =>
  data.length + metadata.length + (known?.length ?? 0) + (personal?.length ?? 0) + (message?.length ?? 0)

/** Undefined if it is not JSON: the file was damaged. */
const parsed = (text: unknown): unknown => {
  if (typeof text !== 'string' || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
