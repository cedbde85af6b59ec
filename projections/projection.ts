import type { ImportRecord } from '../application/ports/audit-index.ts'
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
   * Whether a document may still show what an event did that cannot be read any more: the document may have been made
   * before. `known`: what the audit index has of the event, which may be from before, too.
   */
  readonly mayShow: (
    document: Document,
    unreadable: RecordedEvent,
    known: ImportRecord | undefined,
  ) => boolean
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
