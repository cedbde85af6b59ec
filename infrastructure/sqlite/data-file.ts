import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { DataFileError } from './data-file-error.ts'
import { closeToOthers, createPrivateFile, isThere } from './private-file.ts'
import { type FileKind, logFile } from './schema.ts'

/** Makes sure that there is a file of the current format that only its owner can read; gives its path. Throws DataFileError. */
export const prepareDataFile = (dataFolder: string, kind: FileKind): string => {
  const file = join(dataFolder, kind.name)
  createPrivateFile(dataFolder, file)
  withConnection(file, (connection) => {
    if (isEmpty(connection)) {
      connection.pragma('journal_mode = WAL')
      connection.transaction(() => isEmpty(connection) && initialise(connection, kind)).immediate()
    }
    checkFormat(connection, file, kind)
    closeToOthers(file)
  })
  return file
}

/** For commands that need a log to work on. Throws DataFileError also when there is none, or nothing in it. */
export const requireLog = (dataFolder: string): void => {
  const file = join(dataFolder, logFile.name)
  if (!isThere(file)) throw new DataFileError('NoDataFile', file)
  withConnection(file, (connection) => {
    if (isEmpty(connection)) throw new DataFileError('NoDataFile', file)
    checkFormat(connection, file, logFile)
  })
}

const withConnection = (file: string, use: (connection: Sqlite.Database) => void): void => {
  const connection = new Sqlite(file, { fileMustExist: true, timeout: busyTimeoutMs })
  try {
    use(connection)
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && error.code === 'SQLITE_NOTADB') {
      throw new DataFileError('ForeignFile', file)
    }
    throw error
  } finally {
    connection.close()
  }
}

export const busyTimeoutMs = 5000

const isEmpty = (connection: Sqlite.Database): boolean =>
  connection.pragma('application_id', { simple: true }) === 0 &&
  connection.pragma('user_version', { simple: true }) === 0 &&
  connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0

const initialise = (connection: Sqlite.Database, kind: FileKind): void => {
  connection.exec(kind.schema)
  connection.pragma(`application_id = ${kind.applicationId}`)
  connection.pragma(`user_version = ${kind.formatVersion}`)
}

const checkFormat = (connection: Sqlite.Database, file: string, kind: FileKind): void => {
  if (connection.pragma('application_id', { simple: true }) !== kind.applicationId) {
    throw new DataFileError('ForeignFile', file)
  }
  const version = connection.pragma('user_version', { simple: true })
  if (version !== kind.formatVersion) throw new DataFileError('NewerFormat', file)
}
