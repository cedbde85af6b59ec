import { accessSync, constants, existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { DataFileError, type DataFileProblem } from './data-file-error.ts'

const problems: Readonly<Record<string, DataFileProblem>> = {
  EACCES: 'NotPermitted',
  EPERM: 'NotPermitted',
  EROFS: 'ReadOnlyDisk',
}

const problemOf = (error: unknown): DataFileProblem | undefined =>
  error instanceof Error && 'code' in error ? problems[String(error.code)] : undefined

/** Runs an action on a file. @throws DataFileError where the operating system does not permit it */
export const permitted = <A>(path: string, action: () => A): A => {
  try {
    return action()
  } catch (error) {
    const problem = problemOf(error)
    throw problem === undefined ? error : new DataFileError(problem, path)
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
export const withCompanions = (file: string): ReadonlyArray<string> =>
  ['', '-wal', '-shm', '-journal'].map((suffix) => file + suffix)
