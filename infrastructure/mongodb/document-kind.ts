import type { Document, Filter } from 'mongodb'
import type { Index } from './indexes.ts'
import type { StoredNumber } from './stored-json.ts'

export interface StoredDocument {
  readonly _id: string
  /** The revision of the last event that the document shows: an older state never replaces a newer one. */
  readonly revision: StoredNumber
}

/** As required by the driver's types: with any other members. */
export interface AnyDocument extends Document {
  readonly _id: string
}

/** How the documents of one projection are stored in the collections of its generations. */
export interface DocumentKind<Id, Item, Stored extends StoredDocument = StoredDocument> {
  readonly indexes: ReadonlyArray<Index>
  /** Served by an index. */
  readonly scanOrder: Readonly<Record<string, 1>>
  toStored(document: Item): Stored
  /** Whether no earlier state of it is likely to be stored: inserting it costs a fifth of replacing what may be there. */
  isNew(stored: Stored): boolean
  fromStored(stored: Stored): Item
  /** Finds the documents of one or more ids. */
  having(ids: ReadonlyArray<Id>): Filter<AnyDocument>
}
