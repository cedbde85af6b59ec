import { accessSync, closeSync, constants, createReadStream, openSync, statSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { fileProblem } from '../text/file-problem.ts'
import { CommandFailed } from './command-context.ts'

export interface InputFile {
  readonly stream: Readable
  /** In bytes; undefined for standard input and anything else that is not a regular file. */
  readonly size: number | undefined
}

/** `-` is standard input. When `stop` aborts, a pipe that nobody writes to ends. @throws CommandFailed if it cannot be read */
export const openInput = (file: string, stop: AbortSignal): InputFile => {
  if (file === '-') return { stream: process.stdin, size: undefined }
  try {
    const stats = statSync(file)
    if (stats.isDirectory()) throw new CommandFailed(`${file}: is a folder`)
    accessSync(file, constants.R_OK)
    if (stats.isFIFO()) stop.addEventListener('abort', () => endPipe(file))
    return {
      stream: createReadStream(file, { highWaterMark: 256 * 1024 }),
      size: stats.isFile() ? stats.size : undefined,
    }
  } catch (error) {
    throw error instanceof CommandFailed
      ? error
      : new CommandFailed(`${file}: cannot be read: ${fileProblem(error)}`)
  }
}

/** Opening a pipe for reading waits for a writer, without end, and keeps the process from exiting. */
const endPipe = (file: string): void => {
  try {
    closeSync(openSync(file, constants.O_WRONLY | constants.O_NONBLOCK))
  } catch {
    // Nobody is waiting.
  }
}
