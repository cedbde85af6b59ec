import type { Clock } from '../../application/ports/clock.ts'
import type { Logger } from '../log/logger.ts'
import { type DataFolderClaim, tryClaimDataFolder } from '../sqlite/claim-data-folder.ts'

/** Milliseconds. */
const standByPoll = 500

/** Waits until no other process imports into the data folder. Undefined when the signal aborts first. */
export const claimDataFolder = async (
  dataFolder: string,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<DataFolderClaim | undefined> => {
  for (let first = true; !signal.aborted; first = false) {
    const claim = tryClaimDataFolder(dataFolder)
    if (claim !== undefined) return claim
    if (first) log.info({ dataFolder }, 'another process imports into the data folder: standing by')
    await clock.sleep(standByPoll, signal)
  }
  return undefined
}
