import type { Database } from './ids.ts'

/** Holds the outcomes of messages whose account or database cannot be read. */
export const rejectedImportsStream = 'rejectedImports'

export const databaseStreamPrefix = 'profiles-'

/** Every outcome of one database, in queue order: the consistency boundary. */
export const databaseStream = (database: Database): string =>
  `${databaseStreamPrefix}${database.account_id}.${database.db_id}`
