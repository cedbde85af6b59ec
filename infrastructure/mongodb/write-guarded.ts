import {
  type AnyBulkWriteOperation,
  BSON,
  type Collection,
  MongoBulkWriteError,
  type WriteError,
} from 'mongodb'
import type { Connection } from './connection.ts'
import type { AnyDocument, DocumentKind, StoredDocument } from './document-kind.ts'
import { DocumentTooLarge, duplicateKey } from './mongodb-error.ts'

/** In bytes, with room for what a command adds. */
const maxDocumentSize = 16 * 1024 * 1024 - 16 * 1024

/** Documents in one bulk write: more would outlive the young generation of the garbage collector. */
const writtenTogether = 1000
/** While the server writes some, others are prepared. */
const inFlight = 2

/**
 * Inserts or replaces each document, in unordered bulk writes, unless a newer state of it exists. Those that are new are
 * inserted at first.
 */
export const writeGuarded = async <Id, Item>(
  connection: Connection,
  collection: Collection<AnyDocument>,
  documents: ReadonlyArray<Item>,
  { toStored, isNew }: Pick<DocumentKind<Id, Item>, 'toStored' | 'isNew'>,
): Promise<void> => {
  const written = (document: StoredDocument) => (isNew(document) ? inserted(document) : replaced(document))
  const writePart = async (part: ReadonlyArray<StoredDocument>) => {
    const there = await connection.ask(() => tryToWrite(collection, part, written))
    // Not new after all, or newer, or inserted by another projector between the server's search and its insert. Now it
    // can be compared.
    if (there.length > 0) await connection.ask(() => tryToWrite(collection, there, replaced))
  }
  let next = 0
  const writeOn = async () => {
    while (next < documents.length) {
      const part = documents.slice(next, next + writtenTogether).map(toStored)
      next += writtenTogether
      await writePart(part)
    }
  }
  // A generation that is dropped after a failure must not be written to any more.
  const ended = await Promise.allSettled(Array.from({ length: inFlight }, writeOn))
  const failed = ended.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
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
