import { statfs } from 'node:fs/promises'

/** What an ordinary user can still write where the folder is. Undefined if there is no such folder. */
export const freeBytes = async (folder: string): Promise<number | undefined> => {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    return undefined
  }
}
