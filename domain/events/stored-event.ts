import { type ImportId, importIdCodec } from '../ids.ts'
import type { EventContext, ImportEvent } from './current.ts'

/**
 * Why an event cannot be read.
 * - `damaged`: it is not what this program once wrote, because it was redacted or its bytes have changed. Projections pass
 *   over it.
 * - `unknown`: a newer program wrote it, with a later schema version or a type that is unknown here. Whoever would fold it
 *   stops before it.
 */
export type UnreadableReason = 'damaged' | 'unknown'

export interface UnreadableEvent {
  readonly type: 'Unreadable'
  readonly storedType: string
  readonly reason: UnreadableReason
  /** Where the stored event differs from its codec; no values. */
  readonly problem: string
  /** Where it is intact although what happened is not. */
  readonly context?: EventContext
}

export type StoredEvent = ImportEvent | UnreadableEvent

/** Why an event is there; undefined where it cannot be read so far that it says. */
export const contextOf = (event: StoredEvent): EventContext | undefined =>
  event.type === 'Unreadable' ? event.context : event

/** The event of an import has its id: so it is known what is done also where the event cannot be read. */
export const importIdOfEvent = (event: StoredEvent, eventId: string): ImportId | undefined => {
  if (event.type !== 'Unreadable') return event.public.import_id
  return importIdCodec.is(eventId) ? eventId : undefined
}

/** As an event store holds it, before anything is believed of it. */
export interface RawEvent {
  /** By which the store knows the event: the import id in its public part. */
  readonly eventId: string
  readonly stream: string
  readonly type: string
  /** The parts `public`, `personal` and `message`; before version 2, what happened. Undefined where it is no JSON. */
  readonly data: unknown
  /** Before version 2, why it happened. As `data`. */
  readonly metadata: unknown
}
