import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { systemClock } from '../system/system-clock.ts'
import { version } from '../system/version.ts'
import { DataFileError } from './data-file-error.ts'
import { type FolderHolder, readHolder, removeHolder, writeHolder } from './folder-holder.ts'
import { closeToOthers, createPrivateFile, permissionProblem } from './private-file.ts'
import { isRestoreUnfinished } from './restore-marker.ts'
import { storeTrouble } from './store-trouble.ts'

/** The operating system holds the locks for open transactions: they are released with the process, however that dies. */
export interface DataFolderClaim {
  release(): void
}

/** Makes this process the only importer of a data folder; undefined while another one is. @throws DataFileError */
export const tryClaimDataFolder = (dataFolder: string): DataFolderClaim | undefined => {
  const lock = tryImporterLock(dataFolder)
  if (lock === undefined) return undefined
  const since = new Date(systemClock.now()).toISOString()
  writeHolder(dataFolder, { pid: process.pid, version: version(), since })
  return {
    release: () => {
      removeHolder(dataFolder)
      lock.release()
    },
  }
}

/** The process that has claimed the folder. Undefined if none has, or if it is of a version that does not tell. */
export const holderOf = (dataFolder: string): FolderHolder | undefined => {
  // Removed in order, it is not there while nobody holds the folder: so the lock is only tried if it is held, or was when
  // its holder was killed.
  const holder = readHolder(dataFolder)
  if (holder === undefined) return undefined
  const lock = tryImporterLock(dataFolder)
  lock?.release()
  return lock === undefined ? holder : undefined
}

const tryImporterLock = (dataFolder: string): DataFolderClaim | undefined =>
  tryLock(dataFolder, importerLock, 'BEGIN EXCLUSIVE')

/**
 * For everything that has a store of the folder open, so that nobody replaces its files meanwhile.
 * @throws DataFileError while a backup is restored there, or if that was interrupted
 */
export const shareDataFolder = (dataFolder: string): DataFolderClaim => {
  const share = tryLock(dataFolder, folderLock, 'BEGIN; SELECT count(*) FROM sqlite_schema', patienceMs)
  if (share === undefined) throw new DataFileError('BeingRestored', dataFolder)
  if (!isRestoreUnfinished(dataFolder)) return share
  share.release()
  throw new DataFileError('RestoreUnfinished', dataFolder)
}

/** To replace the files of a folder; undefined while anybody has a store of it open. @throws DataFileError */
export const tryTakeDataFolder = (dataFolder: string): DataFolderClaim | undefined =>
  tryLock(dataFolder, folderLock, 'BEGIN EXCLUSIVE')

const importerLock = 'importer.lock'
export const folderLock = 'folder.lock'
/** Files that exist to be locked. */
export const lockFiles: ReadonlyArray<string> = [importerLock, folderLock]

/** Milliseconds: someone who tries to take the folder in vain keeps others out for a moment. */
const patienceMs = 1000

const tryLock = (
  dataFolder: string,
  name: string,
  transaction: string,
  timeout = 0,
): DataFolderClaim | undefined => {
  const file = join(dataFolder, name)
  createPrivateFile(dataFolder, file)
  let locked: Sqlite.Database
  try {
    locked = inTransaction(file, transaction, timeout)
  } catch (error) {
    const code = error instanceof Sqlite.SqliteError ? error.code : ''
    if (code.startsWith('SQLITE_BUSY')) return undefined
    const problem = code === 'SQLITE_NOTADB' ? 'NotADataFile' : permissionProblem(file)
    if (problem !== undefined) throw new DataFileError(problem, file)
    throw storeTrouble({ store: 'event store', path: file }, error) ?? error
  }
  // Anyone who can read the file can lock it.
  closeToOthers(file)
  return { release: () => locked.close() }
}

const inTransaction = (file: string, transaction: string, timeout: number): Sqlite.Database => {
  const connection = new Sqlite(file, { timeout })
  try {
    return connection.exec(transaction)
  } catch (error) {
    connection.close()
    throw error
  }
}
