import type { ImporterSettings } from '../../application/importing/session-ports.ts'
import type { Config } from '../config/load-config.ts'
import type { Stores } from './stores.ts'

/** Enough for the events that arrive while a read model gathers and applies them. */
const workingSetBatches = 100

export const importerSettings = (
  { rules, BATCH_SIZE }: Config,
  { projections }: Stores,
): Omit<ImporterSettings, 'redeliveries'> => ({
  rules,
  profilesVersion: projections.profiles.version,
  batchSize: BATCH_SIZE,
  workingSetBatches,
})
