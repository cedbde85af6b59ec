import { dirname } from 'node:path'
import { isTaken, type TextWriter, writeNewPrivateFile } from '../system/new-private-file.ts'
import { fileProblem } from '../text/file-problem.ts'
import { CommandFailed, UsageError } from './command-context.ts'

/** @throws UsageError */
const requireFree = (option: string, path: string): void => {
  let problem: string | undefined
  try {
    if (!isTaken(dirname(path))) problem = 'there is no such folder'
    else if (isTaken(path)) problem = 'exists already, and is not overwritten'
  } catch (error) {
    problem = fileProblem(error)
  }
  if (problem !== undefined) throw new UsageError([`${option}: ${path}: ${problem}`])
}

/** Writes the file that an option names. @throws CommandFailed if it cannot be written; UsageError if it exists */
export const writeOutput = async <A>(
  option: string,
  path: string,
  use: (file: TextWriter) => Promise<A>,
): Promise<A> => {
  requireFree(option, path)
  try {
    return await writeNewPrivateFile(path, async (file) => {
      const result = await use(file)
      // Somebody may have created it meanwhile.
      requireFree(option, path)
      return result
    })
  } catch (error) {
    throw isOfFiles(error) ? new CommandFailed(`${path}: cannot be written: ${fileProblem(error)}`) : error
  }
}

/** Of the operating system, and not of a network. */
const isOfFiles = (error: unknown): boolean =>
  error instanceof Error &&
  'syscall' in error &&
  ['open', 'write', 'fsync', 'rename'].includes(String(error.syscall))
