import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileProblem } from '../text/file-problem.ts'

/** Whether there is such a folder. @throws Error if this process could not use it, or create it */
export const requireUsableFolder = (folder: string): boolean => {
  const nearest = nearestTo(resolve(folder))
  if (!statSync(nearest).isDirectory())
    throw new Error(`${nearest}: is not a folder: move it away, or name another folder`)
  const { R_OK, W_OK, X_OK } = constants
  try {
    accessSync(nearest, R_OK | W_OK | X_OK)
  } catch (error) {
    throw new Error(
      `${nearest}: cannot be written: ${fileProblem(error)}: let the user of the service write it`,
    )
  }
  return nearest === resolve(folder)
}

/** Whether the path is a folder, or could become one: neither it nor what is above it is something else. */
export const isFolderOrFree = (path: string): boolean => statSync(nearestTo(resolve(path))).isDirectory()

/** The path itself, or of those above it the nearest that exists. */
const nearestTo = (path: string): string => (existsSync(path) ? path : nearestTo(dirname(path)))
