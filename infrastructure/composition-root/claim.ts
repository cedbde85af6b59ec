import { type RetryPolicy, type RetryPorts, retry } from '../../application/retry.ts'
import type { Logger } from '../log/logger.ts'
import { type DataFolderClaim, tryClaimDataFolder } from '../sqlite/claim-data-folder.ts'

const standByPolicy: RetryPolicy = { first: 500, longest: 500 }

/** Waits until no other process imports into the data folder. Undefined if the signal aborts first. */
export const claimDataFolder = async (
  dataFolder: string,
  ports: RetryPorts,
  logger: Logger,
  signal: AbortSignal,
): Promise<DataFolderClaim | undefined> => {
  const again = retry(standByPolicy, ports)
  for (let first = true; !signal.aborted; first = false) {
    const claim = tryClaimDataFolder(dataFolder)
    if (claim !== undefined) return claim
    if (first) logger.info({ dataFolder }, 'another process imports into the data folder: standing by')
    await again.wait(signal)
  }
  return undefined
}
