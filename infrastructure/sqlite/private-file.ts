import { chmodSync, closeSync, lstatSync, mkdirSync, openSync } from 'node:fs'
import { DataFileError } from './data-file-error.ts'
import { permitted, withCompanions } from './permission.ts'

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
    if (permitted(path, () => lstatSync(path, ifThere))?.isFile() === false)
      throw new DataFileError('NotPlain', path)
  }
  return lstatSync(file, ifThere) !== undefined
}

/** Call it once the file is known to be ours. SQLite gives the files that it creates beside it the same mode. */
export const closeToOthers = (file: string): void => {
  for (const path of withCompanions(file)) {
    const stats = lstatSync(path, ifThere)
    if (stats?.isFile() && (stats.mode & 0o077) !== 0) permitted(path, () => chmodSync(path, 0o600))
  }
}

const ifThere = { throwIfNoEntry: false } as const
