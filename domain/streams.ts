import type { Database } from './ids.ts'

/** Holds the outcomes of messages whose account or database cannot be read. */
export const rejectedImportsStream = 'rejectedImports'

/** Every outcome of one database, in queue order: the consistency boundary. */
export const databaseStream = (database: Database): string =>
  `profiles-${database.account_id}.${database.db_id}`
