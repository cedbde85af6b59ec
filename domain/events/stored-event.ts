import { type ImportId, importIdCodec } from '../ids.ts'
import type { ImportEvent } from './import-event.ts'
import type { EventMetadata } from './metadata.ts'

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
  /** Where they are intact although the data is not. */
  readonly metadata?: EventMetadata
}

export type StoredEvent = ImportEvent | UnreadableEvent

/** The event of an import has its id: so it is known what is done also where the event cannot be read. */
export const importIdOfEvent = (event: StoredEvent, eventId: string): ImportId | undefined => {
  if (event.type !== 'Unreadable') return event.metadata.import_id
  return importIdCodec.is(eventId) ? eventId : undefined
}

/** As an event store holds it, before anything is believed of it. */
export interface RawEvent {
  /** By which the store knows the event: the import id in its metadata. */
  readonly eventId: string
  readonly stream: string
  readonly type: string
  /** Undefined where it is no JSON. */
  readonly data: unknown
  /** As `data`. */
  readonly metadata: unknown
}
