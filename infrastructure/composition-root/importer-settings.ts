import type { ImporterSettings } from '../../application/importing/importing-session.ts'
import type { Config } from '../config/load-config.ts'
import type { Stores } from './stores.ts'

/** Enough for what comes while a read model lets events gather and applies them. */
const workingSetBatches = 100

export const importerSettings = (
  { rules, BATCH_SIZE }: Config,
  { profilesProjection }: Stores,
): Omit<ImporterSettings, 'redeliveries'> => ({
  rules,
  profilesVersion: profilesProjection.version,
  batchSize: BATCH_SIZE,
  workingSetBatches,
})
