import { hash } from 'node:crypto'
import { stoppingAtUnknown } from '../../application/known-events.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { EventStore } from '../../application/ports/event-store.ts'
import type { ImportLog, ImportRecord } from '../../application/ports/import-log.ts'
import type { Position } from '../../application/ports/position.ts'
import type { ProfileDirectory } from '../../application/ports/profile-directory.ts'
import type { ProfileDocument, ProfileRef } from '../../application/ports/profile-document.ts'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import { importsProjection } from '../../projections/imports.ts'
import { profilesProjection } from '../../projections/profiles.ts'
import type { Projection } from '../../projections/projection.ts'
import type { Checkpoints } from '../../service/progress.ts'
import { requireSameLog } from '../../service/same-log.ts'
import type { Config } from '../config/load-config.ts'
import type { CheckDepth } from '../sqlite/check-file.ts'
import { openSqliteLog, openSqliteReadModels } from '../sqlite/open-sqlite.ts'

interface Log {
  readonly eventStore: EventStore
  check?(depth: CheckDepth): void
  close(): void | Promise<void>
}

interface ReadModels {
  readonly profiles: ProjectionStore<ProfileRef, ProfileDocument>
  readonly profileDirectory: ProfileDirectory
  readonly imports: ProjectionStore<never, ImportRecord>
  readonly importLog: ImportLog
  check?(depth: CheckDepth): void
  prepare?(): Promise<void>
  close(): void | Promise<void>
}

/** The stores, with the projections of this process's version. */
export interface Stores
  extends Omit<Log, 'check' | 'close'>,
    Omit<ReadModels, 'check' | 'close' | 'prepare'> {
  /** The event store as whoever folds events reads it, or imports on what was folded: stops before an unknown event. */
  readonly projectedLog: EventStore
  readonly profilesProjection: Projection<ProfileRef, ProfileDocument>
  readonly importsProjection: Projection<never, ImportRecord>
  /** Of the read models. */
  readonly checkpoints: Checkpoints
  /** Looks for damage in the files of the data folder; servers look after their own. Blocks the thread. @throws StoreTrouble */
  check(depth: CheckDepth): Promise<void>
  /**
   * To be called before anything is written: makes sure that the read models are of this log, and have what they need.
   * @throws ForeignLog, StoreTrouble
   */
  prepare(): Promise<void>
  close(): Promise<void>
}

export type Access = 'read' | 'write'

/** True when a store lies in the data folder, whose importer must be alone. */
export const isEmbedded = ({ EVENTSTORE_URL, MONGODB_URL }: Config): boolean =>
  EVENTSTORE_URL === undefined || MONGODB_URL === undefined

/** As `connectStores`, for those who need them now. @throws ForeignLog, StoreTrouble */
export const openStores = async (
  config: Config,
  dataFolder: string,
  clock: Clock,
  access: Access,
): Promise<Stores> => {
  const stores = await connectStores(config, dataFolder, clock, access)
  await closingOnFailure(stores, async () => {
    if (access === 'write') await stores.check('start')
    await stores.prepare()
  })
  return stores
}

/**
 * The event log and the read models, each on its server where one is named, else in the data folder. No server is asked
 * for anything yet: it may be away.
 */
export const connectStores = async (
  config: Config,
  dataFolder: string,
  clock: Clock,
  access: Access,
): Promise<Stores> => {
  const log = await openLog(config, dataFolder, clock, access)
  const readModels = await closingOnFailure(log, () => openReadModels(config, dataFolder, access))
  const { eventStore } = log
  const { profileDirectory, importLog } = readModels
  const checkpoints: Checkpoints = new Map([
    ['profiles', () => profileDirectory.checkpoint()],
    ['imports', () => importLog.checkpoint()],
  ])
  const { PASS_OVER, rules, keysVersion } = config
  return {
    ...readModels,
    eventStore,
    projectedLog: stoppingAtUnknown(eventStore, new Set(PASS_OVER)),
    profilesProjection: passingOver(PASS_OVER, profilesProjection(rules.definitionOf, keysVersion)),
    importsProjection: passingOver(PASS_OVER, importsProjection),
    checkpoints,
    check: async (depth) => {
      log.check?.(depth)
      readModels.check?.(depth)
    },
    prepare: async () => {
      if (access === 'write') await readModels.prepare?.()
      await requireSameLog(eventStore, checkpoints)
    },
    close: async () => {
      await Promise.all([log.close(), readModels.close()])
    },
  }
}

/** Without these events the log makes another read model. */
const passingOver = <Id, Document>(
  positions: ReadonlyArray<Position>,
  projection: Projection<Id, Document>,
): Projection<Id, Document> =>
  positions.length === 0
    ? projection
    : {
        ...projection,
        version: `${projection.version}-without-${hash('sha256', [...new Set(positions)].sort().join(), 'hex').slice(0, 12)}`,
      }

/** A client is loaded only where its server is used. */
const openLog = async (
  { EVENTSTORE_URL }: Config,
  dataFolder: string,
  clock: Clock,
  access: Access,
): Promise<Log> => {
  if (EVENTSTORE_URL === undefined) return openSqliteLog(dataFolder, { clock, readonly: access === 'read' })
  const { openEventStoreDb } = await import('../eventstoredb/open-event-store-db.ts')
  return openEventStoreDb(EVENTSTORE_URL, { clock })
}

const openReadModels = async (
  { MONGODB_URL }: Config,
  dataFolder: string,
  access: Access,
): Promise<ReadModels> => {
  if (MONGODB_URL === undefined) return openSqliteReadModels(dataFolder, { readonly: access === 'read' })
  const { openMongoDb } = await import('../mongodb/open-mongodb.ts')
  return openMongoDb(MONGODB_URL)
}

const closingOnFailure = async <A>(
  opened: { close(): void | Promise<void> },
  next: () => Promise<A>,
): Promise<A> => {
  try {
    return await next()
  } catch (error) {
    await opened.close()
    throw error
  }
}
