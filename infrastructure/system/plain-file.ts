import { lstatSync } from 'node:fs'

/** Whether there is a regular file. @throws Error if there is anything else, such as a pipe, a device or a link */
export const isPlainFileThere = (path: string): boolean => {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats?.isFile() === false) throw new Error(`${path}: must be a regular file`)
  return stats !== undefined
}

/** Whether there is a folder. @throws Error if there is anything else, such as a link to one */
export const isPlainFolderThere = (path: string): boolean => {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory() === false) throw new Error(`${path}: must be a folder, not a link or a file`)
  return stats !== undefined
}
