import type { Clock } from '../../application/ports/clock.ts'
import { importsProjection } from '../../projections/imports.ts'
import { profilesProjection } from '../../projections/profiles.ts'
import type { Config } from '../config/load-config.ts'
import type { Logger } from '../log/logger.ts'
import { openSqlite, type SqliteStores } from '../sqlite/open-sqlite.ts'
import { ensureVersion } from './generations.ts'
import type { Checkpoints } from './progress.ts'

/** The stores, with the projections of this process's version. */
export interface Stores extends SqliteStores {
  readonly profilesProjection: ReturnType<typeof profilesProjection>
  readonly importsProjection: typeof importsProjection
  /** Of the read models. */
  readonly checkpoints: Checkpoints
}

export const openStores = (
  config: Config,
  dataFolder: string,
  clock: Clock,
  access: 'read' | 'write',
): Stores => {
  const stores = openSqlite(dataFolder, { clock, readonly: access === 'read' })
  return {
    ...stores,
    profilesProjection: profilesProjection(config.rules.definitionOf, config.keysVersion),
    importsProjection,
    checkpoints: new Map([
      ['profiles', () => stores.profileDirectory.checkpoint()],
      ['imports', () => stores.importLog.checkpoint()],
    ]),
  }
}

/** Sees to it that the live generations of the read models have the version of this process. */
export const ensureVersions = async (
  stores: Stores,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> => {
  const { eventStore } = stores
  await ensureVersion(stores.profilesProjection, stores.profiles, eventStore, clock, log, signal)
  await ensureVersion(stores.importsProjection, stores.imports, eventStore, clock, log, signal)
}
