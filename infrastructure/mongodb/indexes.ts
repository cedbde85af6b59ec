import { type Db, type Document, MongoServerError } from 'mongodb'
import { systemClock } from '../system/system-clock.ts'
import type { Connection } from './connection.ts'
import { IndexConflict } from './mongodb-error.ts'
import { tellProgress } from './tell-progress.ts'

export interface Index {
  readonly name: string
  readonly key: Readonly<Record<string, 1>>
  /**
   * Other documents have no entry and cost nothing. Serves only queries that are restricted to documents like these.
   */
  readonly partialFilterExpression?: Document
}

/** The server's codes for an existing index that differs from the requested one. */
const conflicts: ReadonlySet<unknown> = new Set([85, 86])
/** The server's code for a missing collection. */
const namespaceNotFound = 26

/** Creates missing indexes, and the collection with them. @throws IndexConflict */
export const ensureIndexes = async (
  connection: Connection,
  collection: string,
  indexes: ReadonlyArray<Index>,
): Promise<void> => {
  const present = await connection.ask(() => indexesOf(connection.db, collection))
  for (const index of indexes) {
    if (present.some((other) => coversAllOf(other, index))) continue
    const { name, key, ...options } = index
    const building = connection.askPatiently(async () => {
      try {
        await connection.db.collection(collection).createIndex(key, { name, ...options })
      } catch (error) {
        if (error instanceof MongoServerError && conflicts.has(error.code))
          throw new IndexConflict(collection, name)
        throw error
      }
    })
    await tellProgress(systemClock, connection, collection, name, building)
  }
}

const indexesOf = async (db: Db, collection: string): Promise<ReadonlyArray<Document>> => {
  try {
    return await db.collection(collection).indexes()
  } catch (error) {
    if (error instanceof MongoServerError && error.code === namespaceNotFound) return []
    throw error
  }
}

const plain: ReadonlySet<string> = new Set(['v', 'key', 'name', 'ns'])

/** In a collection created by another version, the index may have entries for all documents where we want fewer. */
const coversAllOf = (present: Document, { key, partialFilterExpression }: Index): boolean =>
  partialFilterExpression !== undefined &&
  JSON.stringify(present.key) === JSON.stringify(key) &&
  Object.keys(present).every((option) => plain.has(option))
