import { BSON, type Collection, MongoBulkWriteError, type WriteError } from 'mongodb'
import type { AnyDocument, StoredDocument } from './document-kind.ts'
import { DocumentTooLarge, duplicateKey, guarded } from './mongodb-error.ts'

/** In bytes, with room for what a command adds. */
const maxDocumentSize = 16 * 1024 * 1024 - 16 * 1024

/** Inserts or replaces each document, in one unordered bulk write, unless a newer state of it exists. */
export const writeGuarded = async (
  collection: Collection<AnyDocument>,
  documents: ReadonlyArray<StoredDocument>,
): Promise<void> => {
  if (documents.length === 0) return
  const unwritten = await guarded(() => tryToWrite(collection, documents))
  // Either newer, or inserted by another projector between the server's search and its insert. Now it can be compared.
  if (unwritten.length > 0) await guarded(() => tryToWrite(collection, unwritten))
}

/** Returns the documents that were not written because their id exists without an older state. */
const tryToWrite = async (
  collection: Collection<AnyDocument>,
  documents: ReadonlyArray<StoredDocument>,
): Promise<ReadonlyArray<StoredDocument>> => {
  const operations = documents.map((document) => ({
    replaceOne: {
      // The same state written again, after a crash before the checkpoint, overwrites itself.
      filter: { _id: document._id, revision: { $lte: document.revision } },
      replacement: document,
      upsert: true,
    },
  }))
  try {
    await collection.bulkWrite(operations, { ordered: false })
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
