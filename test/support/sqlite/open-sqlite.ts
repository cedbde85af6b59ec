import {
  openSqliteLog,
  openSqliteReadModels,
  type SqliteLog,
  type SqliteOptions,
  type SqliteReadModels,
} from '../../../infrastructure/sqlite/open-sqlite.ts'

export type SqliteStores = SqliteLog & SqliteReadModels

/** The embedded stores of a data folder, log and read models. */
export const openSqlite = (dataFolder: string, options: SqliteOptions): SqliteStores => {
  const log = openSqliteLog(dataFolder, options)
  const readModels = openSqliteReadModels(dataFolder, options)
  return {
    ...log,
    ...readModels,
    close: () => {
      log.close()
      readModels.close()
    },
  }
}
