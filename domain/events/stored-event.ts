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

/** As an event store holds it, before anything is believed of it. */
export interface RawEvent {
  /** By which the store knows the event: the import id in its public part. */
  readonly eventId: string
  readonly type: string
  /** The parts `public`, `personal` and `message`; before version 2, what happened. Undefined where it is no JSON. */
  readonly data: unknown
  /** Before version 2, why it happened. As `data`. */
  readonly metadata: unknown
}
