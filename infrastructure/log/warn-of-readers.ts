import { statSync } from 'node:fs'
import type { Logger } from './logger.ts'

/**
 * Warns if others can access an existing file or folder. Its mode is left as its creator wanted it; what this program
 * creates is for its owner only.
 */
export const warnOfReaders = (path: string, logger: Logger): void => {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined || (!stats.isFile() && !stats.isDirectory())) return
  const mode = stats.mode & 0o777
  if ((mode & 0o066) === 0) return
  logger.warn(
    { path, mode: mode.toString(8).padStart(4, '0') },
    'other users can read or change this, and it contains personal data',
  )
}
