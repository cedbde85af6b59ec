import type { Clock } from '../../application/ports/clock.ts'
import { importsProjection } from '../../projections/imports.ts'
import { profilesProjection } from '../../projections/profiles.ts'
import type { Projector } from '../../projections/projector.ts'
import { readModelProjector } from '../../projections/read-model-projector.ts'
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

/** The projectors of the read models, once their live generations have the version of this process. */
export const readModelProjectors = async (
  stores: Stores,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<ReadonlyArray<Projector>> => {
  const { eventStore } = stores
  await ensureVersion(stores.profilesProjection, stores.profiles, eventStore, clock, log, signal)
  await ensureVersion(stores.importsProjection, stores.imports, eventStore, clock, log, signal)
  return [
    readModelProjector(stores.profilesProjection, stores.profiles),
    readModelProjector(stores.importsProjection, stores.imports),
  ]
}
