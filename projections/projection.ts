import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { ProfileId } from '../domain/ids.ts'

/** A pure fold from events to documents. */
export interface Projection<Id, Document> {
  readonly name: string
  /** Changes if the same events give other documents: then the read model is rebuilt. */
  readonly version: string
  /** The id of a document as text; its last six characters are hex digits. */
  readonly idOf: (document: Document) => string
  /** The approximate size of a document, as text. */
  readonly bytesOf: (document: Document) => number
  /** The id of the document that an event changes; undefined if it changes none. */
  readonly idOfEvent: (event: RecordedEvent) => string | undefined
  /**
   * Whether a document may still show the effect of an unreadable event, because it may have been written before the
   * damage. `touched`: the profile that the event is known to have changed, according to the audit index.
   */
  readonly mayShow: (document: Document, unreadable: RecordedEvent, touched: ProfileId | undefined) => boolean
  /**
   * The documents whose current state the fold of these events needs. Undefined if every event creates a document that
   * no other event changes.
   */
  readonly reads?: (events: ReadonlyArray<RecordedEvent>) => ReadonlyArray<Id>
  /** The resulting documents; only those that changed. */
  readonly fold: (
    present: ReadonlyArray<Document>,
    events: ReadonlyArray<RecordedEvent>,
  ) => ReadonlyArray<Document>
}
