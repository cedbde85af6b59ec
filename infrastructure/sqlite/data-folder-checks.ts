import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { CheckGroup } from '../../application/ports/check.ts'
import { requireUsableFolder } from '../system/usable-folder.ts'
import { checkIntegrity, smallFile } from './check-integrity.ts'
import { lockFiles } from './claim-data-folder.ts'
import { busyTimeoutMs, isEmpty, requireNotLost, requireReadable, storeFile } from './data-file.ts'
import { DataFileError } from './data-file-error.ts'
import { isThere, permissionProblem } from './private-file.ts'
import { isRestoreUnfinished } from './restore-marker.ts'
import type { FileKind } from './schema.ts'
import { type StoreFile, withTrouble } from './store-trouble.ts'

/**
 * What `serve` needs of a data folder and of these files in it. Creates no file, and changes none but the `-shm` files
 * of SQLite, which hold no data.
 */
export const dataFolderChecks = (dataFolder: string, kinds: ReadonlyArray<FileKind>): CheckGroup => ({
  name: `data folder ${dataFolder}`,
  open: async () => {
    const isPresent = requireUsableFolder(dataFolder)
    if (isRestoreUnfinished(dataFolder)) throw new DataFileError('RestoreUnfinished', dataFolder)
    for (const lock of lockFiles) requirePermitted(join(dataFolder, lock))
    return {
      remark: isPresent ? undefined : 'does not exist: `serve` creates it',
      checks: kinds.map((kind) => ({
        name: `data folder: ${kind.name}`,
        run: async () => checkDataFile(dataFolder, kind),
      })),
      close: async () => {},
    }
  },
})

/** @throws DataFileError if an existing file is not a regular one, or this process may not use it */
const requirePermitted = (path: string): void => {
  isThere(path)
  const problem = permissionProblem(path)
  if (problem !== undefined) throw new DataFileError(problem, path)
}

/** @throws DataFileError, StoreTrouble */
const checkDataFile = (dataFolder: string, kind: FileKind): string | undefined => {
  const file = storeFile(dataFolder, kind)
  requirePermitted(file.path)
  requireNotLost(dataFolder, file, peeking)
  if (!existsSync(file.path)) return 'does not exist: `serve` creates it'
  const isRead = peeking(file, (connection) => {
    if (isEmpty(connection)) return
    requireReadable(connection, file.path, kind)
    checkIntegrity(connection, file, 'start')
  })
  return isRead ? undefined : 'cannot be read without creating files: `serve` checks it when it starts'
}

/** Opens a file for reading; false if that would create one. */
const peeking = (file: StoreFile, use: (connection: Sqlite.Database) => void): boolean =>
  withTrouble(file, () => {
    const connection = opened(file.path)
    if (connection === undefined) return false
    try {
      use(connection)
      return true
    } finally {
      connection.close()
    }
  })

/**
 * Even a reader creates the files beside it if they are missing, and leaves them there. A file that has none is complete,
 * and is read into memory if it is small. Where a killed process has left both, the reader writes the `-shm` anew, as
 * the next process would.
 */
const opened = (path: string): Sqlite.Database | undefined => {
  const hasLog = existsSync(`${path}-wal`)
  if (hasLog && existsSync(`${path}-shm`))
    return new Sqlite(path, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs })
  return hasLog || statSync(path).size > smallFile ? undefined : new Sqlite(inMemory(readFileSync(path)))
}

/** A copy in memory cannot have a write-ahead log, so its header must not announce one. */
const inMemory = (bytes: Buffer): Buffer => {
  bytes.subarray(18, 20).fill(rollbackJournal)
  return bytes
}

/** The value of the header's two bytes that name the kind of journal. */
const rollbackJournal = 1
