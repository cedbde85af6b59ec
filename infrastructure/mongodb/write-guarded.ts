import {
  type AnyBulkWriteOperation,
  BSON,
  type Collection,
  MongoBulkWriteError,
  type WriteError,
} from 'mongodb'
import type { Connection } from './connection.ts'
import type { AnyDocument, StoredDocument } from './document-kind.ts'
import { DocumentTooLarge, duplicateKey } from './mongodb-error.ts'

/** In bytes, with room for what a command adds. */
const maxDocumentSize = 16 * 1024 * 1024 - 16 * 1024

/**
 * Inserts or replaces each document, in one unordered bulk write, unless a newer state of it exists. `isNew`: it is
 * inserted at first.
 */
export const writeGuarded = async <Stored extends StoredDocument>(
  connection: Connection,
  collection: Collection<AnyDocument>,
  documents: ReadonlyArray<Stored>,
  isNew: (document: Stored) => boolean,
): Promise<void> => {
  if (documents.length === 0) return
  const written = (document: Stored) => (isNew(document) ? inserted(document) : replaced(document))
  const there = await connection.ask(() => tryToWrite(collection, documents, written))
  // Not new after all, or newer, or inserted by another projector between the server's search and its insert. Now it can
  // be compared.
  if (there.length > 0) await connection.ask(() => tryToWrite(collection, there, replaced))
}

const inserted = (document: StoredDocument) => ({ insertOne: { document } })

const replaced = (document: StoredDocument) => ({
  replaceOne: {
    // The same state written again, after a crash before the checkpoint, overwrites itself.
    filter: { _id: document._id, revision: { $lte: document.revision } },
    replacement: document,
    upsert: true,
  },
})

/** Returns the documents that were not written because their id exists, and not with an older state that was looked for. */
const tryToWrite = async <Stored extends StoredDocument>(
  collection: Collection<AnyDocument>,
  documents: ReadonlyArray<Stored>,
  written: (document: Stored) => AnyBulkWriteOperation<AnyDocument>,
): Promise<ReadonlyArray<Stored>> => {
  try {
    await collection.bulkWrite(documents.map(written), { ordered: false })
    return []
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw tooLarge(collection, documents) ?? error
    const writeErrors = [error.writeErrors].flat()
    const unconfirmed = error.result.getWriteConcernError() !== undefined
    if (unconfirmed || writeErrors.length === 0 || !writeErrors.every(isDuplicateId)) throw error
    return writeErrors.flatMap(({ index }) => documents[index] ?? [])
  }
}

/** A duplicate in any other index is an unexpected conflict. */
const isDuplicateId = ({ code, errmsg }: WriteError): boolean =>
  code === duplicateKey && / index: _id_? /.test(errmsg ?? '')

/** The driver refuses such a document in several ways, and never names it. */
const tooLarge = (
  { collectionName }: Collection<AnyDocument>,
  documents: ReadonlyArray<StoredDocument>,
): Error | undefined => {
  const found = documents.find((document) => BSON.calculateObjectSize(document) > maxDocumentSize)
  return found && new DocumentTooLarge(collectionName, found._id)
}
