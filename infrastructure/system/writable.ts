import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileProblem } from '../text/file-problem.ts'

/** @throws Error if this process may not read and write an existing file, or use an existing folder */
export const requireWritable = (path: string): void => {
  const { R_OK, W_OK, X_OK } = constants
  try {
    accessSync(path, statSync(path).isDirectory() ? R_OK | W_OK | X_OK : R_OK | W_OK)
  } catch (error) {
    throw new Error(`${path}: cannot be written: ${fileProblem(error)}: let the user of the service write it`)
  }
}

/** Whether there is such a folder. @throws Error if it could not be used, or created */
export const requireUsableFolder = (folder: string): boolean => {
  const nearest = nearestTo(resolve(folder))
  if (!statSync(nearest).isDirectory())
    throw new Error(`${nearest}: is not a folder: move it away, or name another folder`)
  requireWritable(nearest)
  return nearest === resolve(folder)
}

/** The path itself, or of those above it the nearest that exists. */
const nearestTo = (path: string): string => (existsSync(path) ? path : nearestTo(dirname(path)))
