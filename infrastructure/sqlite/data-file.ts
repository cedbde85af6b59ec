import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { shareDataFolder } from './claim-data-folder.ts'
import { DataFileError } from './data-file-error.ts'
import { closeToOthers, createPrivateFile, isThere } from './private-file.ts'
import { restoreMarker } from './restore-marker.ts'
import { type FileKind, logFile, readModelFile } from './schema.ts'
import { damaged, missing, type StoreFile, withTrouble } from './store-trouble.ts'

/**
 * Ensures that there is a file of the current format that only its owner can read. Throws DataFileError, StoreTrouble.
 */
export const prepareDataFile = (dataFolder: string, kind: FileKind): StoreFile => {
  const file = storeFile(dataFolder, kind)
  requireNotLost(dataFolder, file)
  createPrivateFile(dataFolder, file.path)
  withConnection(file, (connection) => {
    if (isEmpty(connection)) {
      connection
        .transaction(() => {
          if (!isEmpty(connection)) return
          connection.pragma(`application_id = ${kind.applicationId}`)
          migrate(connection, kind)
        })
        .immediate()
    }
    bringUpToDate(connection, file.path, kind)
    // A copy that VACUUM INTO has made is in another mode.
    useWriteAheadLog(connection)
    closeToOthers(file.path)
  })
  return file
}

/** Waits while another process opens the file: for a change of the mode, SQLite itself does not wait. */
const useWriteAheadLog = (connection: Sqlite.Database): void => {
  const deadline = performance.now() + busyTimeoutMs
  for (;;) {
    try {
      connection.pragma('journal_mode = WAL')
      return
    } catch (error) {
      const isBusy = error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
      if (!isBusy || performance.now() > deadline) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
}

/** For commands that need an existing log. Also throws DataFileError if there is none or it is empty. */
export const requireLog = (dataFolder: string): void => {
  const file = storeFile(dataFolder, logFile)
  // Nothing is created where nothing is.
  const places = [file.path, `${file.path}-wal`, storeFile(dataFolder, readModelFile).path]
  if (![...places, restoreMarker(dataFolder)].some(isThere)) throw new DataFileError('NoDataFile', file.path)
  const share = shareDataFolder(dataFolder)
  try {
    requireNotLost(dataFolder, file)
    if (!isThere(file.path)) throw new DataFileError('NoDataFile', file.path)
    withConnection(file, (connection) => {
      if (isEmpty(connection)) throw new DataFileError('NoDataFile', file.path)
      bringUpToDate(connection, file.path, logFile)
    })
  } finally {
    share.release()
  }
}

export const storeFile = (dataFolder: string, { name, store }: FileKind): StoreFile => ({
  store,
  path: join(dataFolder, name),
})

/**
 * Where the log is missing or empty, a new one begins, unless a file exists that is created only after the log has its
 * tables. Checked before the log, so that one that another process is just creating is not mistaken for it; and before
 * SQLite opens it, which would delete a write-ahead log beside an empty file.
 * @throws StoreTrouble
 */
export const requireNotLost = (
  dataFolder: string,
  file: StoreFile,
  opening: typeof withConnection = withConnection,
): void => {
  if (file.store !== logFile.store) return
  const readModel = storeFile(dataFolder, readModelFile)
  const beside = [readModel.path, `${file.path}-wal`].find((path) => (sizeOf(path) ?? 0) > 0)
  if (beside === undefined) return
  const size = sizeOf(file.path)
  if (size === 0) throw damaged(file, 'empty')
  if (size !== undefined) return
  if (beside === readModel.path)
    opening(readModel, (connection) => requireOurs(connection, readModel.path, readModelFile))
  throw missing(file, basename(beside))
}

/** Undefined if there is no such file. @throws DataFileError for anything but a regular file */
const sizeOf = (path: string): number | undefined =>
  // Another process may delete its write-ahead log at any moment.
  isThere(path) ? statSync(path, { throwIfNoEntry: false })?.size : undefined

const withConnection = (file: StoreFile, use: (connection: Sqlite.Database) => void): void =>
  withTrouble(file, () => {
    const connection = new Sqlite(file.path, { fileMustExist: true, timeout: busyTimeoutMs })
    try {
      use(connection)
    } finally {
      connection.close()
    }
  })

export const busyTimeoutMs = 5000

export const isEmpty = (connection: Sqlite.Database): boolean =>
  connection.pragma('application_id', { simple: true }) === 0 &&
  connection.pragma('user_version', { simple: true }) === 0 &&
  connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0

const formatOf = (connection: Sqlite.Database): number =>
  Number(connection.pragma('user_version', { simple: true }))

/** Call within a transaction. */
const migrate = (connection: Sqlite.Database, { migrations }: FileKind): void => {
  for (const migration of migrations.slice(formatOf(connection))) connection.exec(migration)
  connection.pragma(`user_version = ${migrations.length}`)
}

const requireOurs = (connection: Sqlite.Database, file: string, kind: FileKind): void => {
  if (connection.pragma('application_id', { simple: true }) !== kind.applicationId) {
    throw new DataFileError('NotADataFile', file)
  }
}

/** @throws DataFileError */
export const requireReadable = (connection: Sqlite.Database, file: string, kind: FileKind): void => {
  requireOurs(connection, file, kind)
  if (formatOf(connection) > kind.migrations.length) throw new DataFileError('NewerFormat', file)
}

const bringUpToDate = (connection: Sqlite.Database, file: string, kind: FileKind): void => {
  requireReadable(connection, file, kind)
  if (formatOf(connection) < kind.migrations.length)
    connection.transaction(() => migrate(connection, kind)).immediate()
}
