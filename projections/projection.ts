import type { ImportRecord } from '../application/ports/audit-index.ts'
import type { RecordedEvent } from '../application/ports/event-store.ts'

/** A pure fold from events to documents. */
export interface Projection<Id, Document> {
  readonly name: string
  /** Changes if the same events give other documents: then the read model is rebuilt. */
  readonly version: string
  /** The id of a document as text. */
  readonly idOf: (document: Document) => string
  /** The approximate size of a document, as text. */
  readonly bytesOf: (document: Document) => number
  /** The id of the document that an event changes; undefined if it changes none. */
  readonly idOfEvent: (event: RecordedEvent) => string | undefined
  /**
   * Whether a document may still show the effect of an event that is unreadable now, because it may have been written
   * before the damage. `known`: what the audit index has of the event, possibly from before the damage, too.
   */
  readonly mayShow: (
    document: Document,
    unreadable: RecordedEvent,
    known: ImportRecord | undefined,
  ) => boolean
  /**
   * The documents whose current state the fold of these events needs, in the order in which the events need them.
   * Undefined if every event creates a document that no other event changes.
   */
  readonly reads?: (events: ReadonlyArray<RecordedEvent>) => ReadonlyArray<Id>
  /** The resulting documents; only those that changed. */
  readonly fold: (
    present: ReadonlyArray<Document>,
    events: ReadonlyArray<RecordedEvent>,
  ) => ReadonlyArray<Document>
}
