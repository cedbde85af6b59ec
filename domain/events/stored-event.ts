import type { ImportEvent } from './import-event.ts'

/** An event that this program cannot read: redacted, damaged, or written by a newer version. Projections pass over it. */
export interface UnreadableEvent {
  readonly type: 'Unreadable'
  readonly storedType: string
  /** Where the stored event differs from its codec; no values. */
  readonly problem: string
}

export type StoredEvent = ImportEvent | UnreadableEvent

/** As an event store holds it, before anything is believed of it. */
export interface RawEvent {
  readonly type: string
  readonly data: unknown
  readonly metadata: unknown
}
