import type { Document, Filter } from 'mongodb'
import type { Index } from './indexes.ts'
import type { StoredNumber } from './stored-json.ts'

/** Identity of a profile in its collection, which sorts: databases apart, the oldest first. */
export interface ProfileKey {
  readonly account_id: StoredNumber
  readonly db_id: StoredNumber
  readonly created_revision: StoredNumber
}

export interface StoredDocument {
  readonly _id: string | ProfileKey
  /** Of the last event that the document shows: an older state never replaces a newer one. */
  readonly revision: StoredNumber
}

/** As the driver's types need it: with members of any kind besides. */
export interface AnyDocument extends Document {
  readonly _id: StoredDocument['_id']
}

/** How the documents of one projection lie in the collections of its generations. */
export interface DocumentKind<Id, Item, Stored extends StoredDocument> {
  readonly projection: string
  readonly indexes: ReadonlyArray<Index>
  /** Served by an index. */
  readonly scanOrder: Readonly<Record<string, 1>>
  toStored(document: Item): Stored
  fromStored(stored: Stored): Item
  /** Finds the documents of some ids, at least one. */
  having(ids: ReadonlyArray<Id>): Filter<AnyDocument>
}
