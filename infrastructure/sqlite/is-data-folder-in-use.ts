import { join } from 'node:path'
import { folderLock, tryTakeDataFolder } from './claim-data-folder.ts'
import { storeFile } from './data-file.ts'
import { isOpenElsewhere } from './is-open-elsewhere.ts'
import { isThere } from './private-file.ts'
import { logFile, readModelFile } from './schema.ts'
import { withTrouble } from './store-trouble.ts'

/**
 * Whether anybody has a store of the folder open, as far as this can be known before this process opens one. Also sees
 * older versions, which do not share the folder. Creates nothing.
 * @throws DataFileError, StoreTrouble
 */
export const isDataFolderInUse = (dataFolder: string): boolean => {
  if (isThere(join(dataFolder, folderLock))) {
    const taken = tryTakeDataFolder(dataFolder)
    taken?.release()
    if (taken === undefined) return true
  }
  const files = [logFile, readModelFile].map((kind) => storeFile(dataFolder, kind))
  return files.some((file) => withTrouble(file, () => isOpenElsewhere(file.path)))
}
