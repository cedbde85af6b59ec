import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { systemClock } from '../system/system-clock.ts'
import { version } from '../system/version.ts'
import { DataFileError } from './data-file-error.ts'
import { type FolderHolder, readHolder, removeHolder, writeHolder } from './folder-holder.ts'
import { closeToOthers, createPrivateFile } from './private-file.ts'

export interface DataFolderClaim {
  release(): void
}

/**
 * Makes this process the only importer of a data folder; undefined while another one is. The claim is a lock that the
 * operating system holds for an open transaction: it is released with the process, however that dies.
 * @throws DataFileError
 */
export const tryClaimDataFolder = (dataFolder: string): DataFolderClaim | undefined => {
  const connection = tryLock(dataFolder)
  if (connection === undefined) return undefined
  const since = new Date(systemClock.now()).toISOString()
  writeHolder(dataFolder, { pid: process.pid, version: version(), since })
  return {
    release: () => {
      removeHolder(dataFolder)
      connection.close()
    },
  }
}

/** The process that has claimed the folder. Undefined if none has, or if it is of a version that does not tell. */
export const holderOf = (dataFolder: string): FolderHolder | undefined => {
  // Removed in order, it is not there while nobody holds the folder: so the lock is only tried if it is held, or was when
  // its holder was killed.
  const holder = readHolder(dataFolder)
  if (holder === undefined) return undefined
  const connection = tryLock(dataFolder)
  connection?.close()
  return connection === undefined ? holder : undefined
}

const tryLock = (dataFolder: string): Sqlite.Database | undefined => {
  const file = join(dataFolder, 'importer.lock')
  createPrivateFile(dataFolder, file)
  const connection = new Sqlite(file, { timeout: 0 })
  try {
    connection.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    connection.close()
    const code = error instanceof Sqlite.SqliteError ? error.code : ''
    if (code.startsWith('SQLITE_BUSY')) return undefined
    throw code === 'SQLITE_NOTADB' ? new DataFileError('NotADataFile', file) : error
  }
  // Anyone who can read the file can lock it.
  closeToOthers(file)
  return connection
}
