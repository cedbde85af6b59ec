import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

/** What an ordinary user can still write where the folder is. Undefined if there is no such folder. */
export const freeBytes = async (folder: string): Promise<number | undefined> => {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    return undefined
  }
}

/** The size of all files in the folder. Undefined if there is no such folder. */
export const usedBytes = async (folder: string): Promise<number | undefined> => {
  try {
    const files = await readdir(folder, { withFileTypes: true, recursive: true })
    const sizes = files
      .filter((file) => file.isFile())
      .map((file) => sizeOf(join(file.parentPath, file.name)))
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  } catch {
    return undefined
  }
}

/** A file may be deleted meanwhile. */
const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  )
