import { accessSync, constants, createReadStream, statSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { fileProblem } from '../text/file-problem.ts'
import { CommandFailed } from './command-context.ts'

export interface InputFile {
  readonly stream: Readable
  /** In bytes; undefined for standard input and anything else that is not a regular file. */
  readonly size: number | undefined
}

/** `-` is standard input. @throws CommandFailed if it cannot be read */
export const openInput = (file: string): InputFile => {
  if (file === '-') return { stream: process.stdin, size: undefined }
  try {
    const stats = statSync(file)
    if (stats.isDirectory()) throw new CommandFailed(`${file}: is a folder`)
    accessSync(file, constants.R_OK)
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
