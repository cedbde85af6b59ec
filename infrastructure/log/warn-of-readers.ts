import { statSync } from 'node:fs'
import type { Logger } from './logger.ts'

/**
 * Warns when others can get at a file or folder that was there before: it stays as whoever made it wanted it. What this
 * program makes is for its owner only.
 */
export const warnOfReaders = (path: string, logger: Logger): void => {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined || (!stats.isFile() && !stats.isDirectory())) return
  const mode = stats.mode & 0o777
  if ((mode & 0o066) === 0) return
  logger.warn(
    { path, mode: mode.toString(8).padStart(4, '0') },
    'others can read or change this: it holds personal data',
  )
}
