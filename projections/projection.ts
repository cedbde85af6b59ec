import type { RecordedEvent } from '../application/ports/event-store.ts'

/** A pure fold from events to documents. */
export interface Projection<Id, Document> {
  readonly name: string
  /** Changes when the same events give other documents: then the read model is built anew. */
  readonly version: string
  /** The id of a document as text; its last six characters are hex digits. */
  readonly idOf: (document: Document) => string
  /** About what a document takes, written as text. */
  readonly bytesOf: (document: Document) => number
  /** The id of the one document that an event changes; undefined when it changes none. */
  readonly idOfEvent: (event: RecordedEvent) => string | undefined
  /**
   * The documents whose present state the fold of these events needs. Undefined where every event makes a document of its
   * own that no other event changes.
   */
  readonly reads?: (events: ReadonlyArray<RecordedEvent>) => ReadonlyArray<Id>
  /** The documents as the events leave them; only those that changed. */
  readonly fold: (
    present: ReadonlyArray<Document>,
    events: ReadonlyArray<RecordedEvent>,
  ) => ReadonlyArray<Document>
}
