import { DataFileError, type DataFileProblem } from './data-file-error.ts'

const problems: Readonly<Record<string, DataFileProblem>> = {
  EACCES: 'NotPermitted',
  EPERM: 'NotPermitted',
  EROFS: 'ReadOnlyDisk',
}

/** Undefined if the error is not about a permission. */
export const problemOf = (error: unknown): DataFileProblem | undefined =>
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
