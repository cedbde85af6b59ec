import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  type Stats,
} from 'node:fs'
import { dirname } from 'node:path'
import { DataFileError, type DataFileProblem } from './data-file-error.ts'
import { permitted, problemOf } from './permission.ts'

/**
 * Creates folder and file, readable by the owner only, if they are missing.
 * @throws DataFileError if it is not a file, or not permitted
 */
export const createPrivateFile = (folder: string, file: string): void => {
  permitted(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
  try {
    // Only for a new file: closing a descriptor of one that SQLite has open in this process would release its locks.
    permitted(file, () => closeSync(openSync(file, 'wx', 0o600)))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  isThere(file)
}

/**
 * SQLite would follow a link, even for the files that it keeps beside the data file, and write to its target.
 * @throws DataFileError
 */
export const isThere = (file: string): boolean => {
  for (const path of withCompanions(file)) {
    if (permitted(path, () => statsOf(path))?.isFile() === false) throw new DataFileError('NotPlain', path)
  }
  return statsOf(file) !== undefined
}

/** Call it once the file is known to be ours. SQLite gives the files that it creates beside it the same mode. */
export const closeToOthers = (file: string): void => {
  for (const path of withCompanions(file)) {
    const stats = statsOf(path)
    if (stats?.isFile() && (stats.mode & 0o077) !== 0) permitted(path, () => chmodSync(path, 0o600))
  }
}

/** Of the path itself, if there is anything. There is nothing beneath a file. */
const statsOf = (path: string): Stats | undefined => {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined
    throw error
  }
}

/** What keeps this process from reading and writing a data file, which SQLite does not say. Opens nothing. */
export const permissionProblem = (path: string): DataFileProblem | undefined => {
  const { R_OK, W_OK, X_OK } = constants
  try {
    accessSync(dirname(path), R_OK | W_OK | X_OK)
    for (const file of withCompanions(path)) if (existsSync(file)) accessSync(file, R_OK | W_OK)
    return undefined
  } catch (error) {
    return problemOf(error)
  }
}

/** A data file, and the files that SQLite keeps beside it. */
const withCompanions = (file: string): ReadonlyArray<string> =>
  ['', '-wal', '-shm', '-journal'].map((suffix) => file + suffix)
