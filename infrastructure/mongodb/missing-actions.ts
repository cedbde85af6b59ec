import type { Document } from 'mongodb'

/** What the read models do with a MongoDB database, as its access control calls it. */
export const neededActions = [
  'find',
  'insert',
  'update',
  'createCollection',
  'createIndex',
  'dropCollection',
  'listCollections',
  'listIndexes',
] as const

/**
 * The needed actions that these privileges, as `connectionStatus` lists them, do not grant on every collection of a
 * database: the names of collections change with each generation.
 */
export const missingActions = (
  privileges: ReadonlyArray<Document>,
  database: string,
): ReadonlyArray<string> => {
  const granted = new Set(
    privileges.filter(({ resource }) => coversAll(resource, database)).flatMap(({ actions }) => actions),
  )
  return neededActions.filter((action) => !granted.has(action))
}

/** An empty name stands for any. */
const coversAll = ({ anyResource, db, collection }: Document, database: string): boolean =>
  anyResource === true || ((db === '' || db === database) && collection === '')
