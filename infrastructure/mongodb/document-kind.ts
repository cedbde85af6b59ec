import type { Document, Filter } from 'mongodb'
import type { Index } from './indexes.ts'
import type { StoredNumber } from './stored-json.ts'

export interface StoredDocument {
  readonly _id: string
  /** Of the last event that the document shows: an older state never replaces a newer one. */
  readonly revision: StoredNumber
}

/** As the driver's types need it: with members of any kind besides. */
export interface AnyDocument extends Document {
  readonly _id: string
}

/** How the documents of one projection lie in the collections of its generations. */
export interface DocumentKind<Id, Item, Stored extends StoredDocument = StoredDocument> {
  readonly indexes: ReadonlyArray<Index>
  /** Served by an index. */
  readonly scanOrder: Readonly<Record<string, 1>>
  toStored(document: Item): Stored
  fromStored(stored: Stored): Item
  /** Finds the documents of some ids, at least one. */
  having(ids: ReadonlyArray<Id>): Filter<AnyDocument>
}
