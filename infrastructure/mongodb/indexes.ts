import { type Db, MongoServerError } from 'mongodb'
import { guarded, IndexConflict } from './mongodb-error.ts'

export interface Index {
  readonly name: string
  readonly key: Readonly<Record<string, 1>>
  /** Of the documents with these members; of all when left out. */
  readonly only?: Readonly<Record<string, true>>
}

/** The server's codes for an index that is there already, but not as it is asked for. */
const conflicts: ReadonlySet<unknown> = new Set([85, 86])

/** Makes the indexes that are not there yet, and the collection with them. @throws IndexConflict */
export const ensureIndexes = async (
  db: Db,
  collection: string,
  indexes: ReadonlyArray<Index>,
): Promise<void> => {
  for (const { name, key, only } of indexes) {
    await guarded(async () => {
      try {
        await db
          .collection(collection)
          .createIndex(key, { name, ...(only && { partialFilterExpression: only }) })
      } catch (error) {
        if (error instanceof MongoServerError && conflicts.has(error.code))
          throw new IndexConflict(collection, name)
        throw error
      }
    })
  }
}
