import { type CopyProgress, type CopySummary, copyLog } from '../../application/copying/copy-log.ts'
import type { Chance } from '../../application/ports/chance.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { Ids } from '../../application/ports/ids.ts'
import { openEventStoreDb } from '../eventstoredb/open-event-store-db.ts'
import { tryClaimDataFolder } from '../sqlite/claim-data-folder.ts'
import { openSqliteLog } from '../sqlite/open-sqlite.ts'

export interface CopyOptions {
  /** The data folder of the embedded log. */
  readonly from: string
  /** URL of the EventStoreDB. */
  readonly to: string
  readonly clock: Clock
  readonly chance: Chance
  readonly ids: Ids
  readonly onProgress: (progress: CopyProgress) => void
}

/** Messages that are imported while a log is copied might be left behind. */
export class ImportGoesOn extends Error {
  constructor(dataFolder: string) {
    super(`another process imports into ${dataFolder} or copies it: stop it first`)
  }
}

/** @see copyLog. @throws ImportGoesOn; OutdatedProjection; DataFileError if there is no log */
export const copyToEventStoreDb = async (
  { from, to, clock, chance, ids, onProgress }: CopyOptions,
  signal: AbortSignal,
): Promise<CopySummary> => {
  const log = openSqliteLog(from, { clock, readonly: true })
  try {
    const claim = tryClaimDataFolder(from)
    if (claim === undefined) throw new ImportGoesOn(from)
    const { eventStore, rawLog, prepare, close } = openEventStoreDb(to, { clock })
    try {
      await prepare()
      return await copyLog(
        { source: log.rawLog, target: rawLog, eventStore, clock, chance, ids, onProgress },
        signal,
      )
    } finally {
      await close()
      claim.release()
    }
  } finally {
    log.close()
  }
}
