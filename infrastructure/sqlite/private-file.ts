import { chmodSync, closeSync, lstatSync, mkdirSync, openSync } from 'node:fs'
import { DataFileError } from './data-file-error.ts'

/** Creates folder and file, readable by the owner only, where they are missing. @throws DataFileError for what is no file */
export const createPrivateFile = (folder: string, file: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  try {
    // Only ever a new file: closing a descriptor of one that SQLite has open in this process would drop its locks.
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  isThere(file)
}

/** SQLite would follow a link, also of what it keeps beside the file, and write to what that leads to. @throws DataFileError */
export const isThere = (file: string): boolean => {
  for (const path of withCompanions(file)) {
    if (lstatSync(path, ifThere)?.isFile() === false) throw new DataFileError('NotPlain', path)
  }
  return lstatSync(file, ifThere) !== undefined
}

/** Call it when the file is known to be ours. SQLite gives what it creates beside it the same mode. */
export const closeToOthers = (file: string): void => {
  for (const path of withCompanions(file)) {
    const stats = lstatSync(path, ifThere)
    if (stats?.isFile() && (stats.mode & 0o077) !== 0) chmodSync(path, 0o600)
  }
}

const ifThere = { throwIfNoEntry: false } as const

const withCompanions = (file: string): ReadonlyArray<string> =>
  ['', '-wal', '-shm', '-journal'].map((suffix) => file + suffix)
