import { type ImportId, importIdCodec } from '../ids.ts'
import type { EventContext, ImportEvent } from './current.ts'

/**
 * Why an event cannot be read.
 * - `damaged`: the event differs from what was written, because it was redacted or its bytes have changed. Projections
 *   skip it.
 * - `unknown`: a newer program wrote it, with a later schema version or an unknown type. Code that folds events stops
 *   before it.
 */
export type UnreadableReason = 'damaged' | 'unknown'

export interface UnreadableEvent {
  readonly type: 'Unreadable'
  readonly storedType: string
  readonly reason: UnreadableReason
  /** Where the stored event differs from its codec, without values. */
  readonly problem: string
  /** Present if only the rest of the event is damaged. */
  readonly context?: EventContext
}

export type StoredEvent = ImportEvent | UnreadableEvent

/** The context of an event. Undefined if that part cannot be read. */
export const contextOf = (event: StoredEvent): EventContext | undefined =>
  event.type === 'Unreadable' ? event.context : event

/** The event of an import has the import's id, which shows that the import is done even if the event cannot be read. */
export const importIdOfEvent = (event: StoredEvent, eventId: string): ImportId | undefined => {
  if (event.type !== 'Unreadable') return event.public.import_id
  return importIdCodec.is(eventId) ? eventId : undefined
}

/** An event as an event store holds it, not yet validated. */
export interface RawEvent {
  /** The id under which the store holds the event: the import id in its public part. */
  readonly eventId: string
  readonly stream: string
  readonly type: string
  /** The three parts; before version 2, what the event changed. Undefined if it is not JSON. */
  readonly data: unknown
  /** Before version 2, the context. Undefined if it is not JSON. */
  readonly metadata: unknown
}
