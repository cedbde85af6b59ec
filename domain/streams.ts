import { type Database, databaseCodec } from './ids.ts'

/** Holds the outcomes of messages whose account or database cannot be read. */
export const rejectedImportsStream = 'rejectedImports'

export const databaseStreamPrefix = 'profiles-'

/** Every outcome of one database, in queue order: the consistency boundary. */
export const databaseStream = (database: Database): string =>
  `${databaseStreamPrefix}${database.account_id}.${database.db_id}`

/** The database of a stream; undefined for other streams. */
export const databaseOf = (stream: string): Database | undefined => {
  const [account_id, db_id] = stream.slice(databaseStreamPrefix.length).split('.').map(Number)
  const database = { account_id, db_id }
  return databaseCodec.is(database) && databaseStream(database) === stream ? database : undefined
}
