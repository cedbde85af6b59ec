import { hash } from 'node:crypto'
import { identifyLog } from '../../application/identify-log.ts'
import { stoppingAtUnknown } from '../../application/known-events.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { EventStore } from '../../application/ports/event-store.ts'
import type { Position } from '../../application/ports/position.ts'
import type { Probed } from '../../application/ports/probed.ts'
import type { ServiceLogger } from '../../application/ports/service-logger.ts'
import type { Projection } from '../../projections/projection.ts'
import { byReadModel, type Projections, projections } from '../../projections/registry.ts'
import { type Checkpoints, checkpointsOf } from '../../service/progress.ts'
import { requireSameLog } from '../../service/same-log.ts'
import type { Config } from '../config/load-config.ts'
import type { IntegrityCheckDepth } from '../sqlite/check-integrity.ts'
import { systemIds } from '../system/system-ids.ts'
import { type Access, type Log, openLog, openReadModels, type ReadModels } from './open-stores.ts'

/** The stores, with the projections in this process's version. */
export interface Stores
  extends Omit<Log, 'checkIntegrity' | 'close' | 'prepare' | 'probe'>,
    Omit<ReadModels, 'checkIntegrity' | 'close' | 'prepare' | 'probe'> {
  /** The event store for code that folds events, or imports based on folded state: stops before an unknown event. */
  readonly projectedLog: EventStore
  readonly projections: Projections
  /** The checkpoints of the read models. */
  readonly checkpoints: Checkpoints
  readonly probed: ReadonlyArray<Probed>
  /**
   * Checks the files of the data folder for damage; servers check their own. Blocks the thread.
   * @throws StoreTrouble
   */
  checkIntegrity(depth: IntegrityCheckDepth): Promise<void>
  /**
   * Call before anything is written. Ensures that the read models belong to this log, and that log and read models have
   * what they need.
   * @throws ForeignLog, OutdatedProjection, StoreTrouble
   */
  prepare(): Promise<void>
  /** The part of `prepare` that each further thread of a prepared process must do itself. @throws StoreTrouble */
  connect(): Promise<void>
  close(): Promise<void>
}

/** True if a store is in the data folder, which allows only one importer. */
export const isEmbedded = ({ EVENTSTORE_URL, MONGODB_URL }: Config): boolean =>
  EVENTSTORE_URL === undefined || MONGODB_URL === undefined

/** As `connectStores`, for commands that need the stores at once. @throws ForeignLog, StoreTrouble */
export const openStores = async (
  config: Config,
  dataFolder: string,
  clock: Clock,
  access: Access,
): Promise<Stores> => {
  const stores = await connectStores(config, dataFolder, clock, access)
  await closingOnFailure(stores, async () => {
    if (access === 'write') await stores.checkIntegrity('start')
    await stores.prepare()
  })
  return stores
}

/**
 * The event log and the read models, each on its server if one is configured, otherwise in the data folder. Does not
 * contact a server yet, since it may be away.
 */
export const connectStores = async (
  config: Config,
  dataFolder: string,
  clock: Clock,
  access: Access,
  logger?: Pick<ServiceLogger, 'info' | 'warn'>,
): Promise<Stores> => {
  const log = await openLog(config, dataFolder, clock, access)
  const readModels = await closingOnFailure(log, () => openReadModels(config, dataFolder, access, logger))
  const { eventStore } = log
  const { PASS_OVER, rules, definitionsVersion } = config
  const known = projections({ definitionOf: rules.definitionOf, definitionsVersion })
  const stores = {
    ...readModels,
    projections: byReadModel<'projection'>((name) => passingOver(PASS_OVER, known[name])),
  }
  const checkpoints = checkpointsOf(stores)
  const connect = async () => readModels.prepare?.()
  return {
    ...stores,
    eventStore,
    projectedLog: stoppingAtUnknown(eventStore, new Set(PASS_OVER)),
    checkpoints,
    probed: [
      { name: 'event store', part: 'event store', probe: log.probe },
      { name: 'read models', part: 'read models', probe: readModels.probe },
    ],
    checkIntegrity: async (depth) => {
      log.checkIntegrity?.(depth)
      readModels.checkIntegrity?.(depth)
    },
    prepare: async () => {
      const isStamping = access === 'write'
      if (isStamping) {
        await log.prepare?.()
        await connect()
        await identifyLog(eventStore, systemIds)
      }
      await requireSameLog(eventStore, stores, { deletion: readModels.deletion, isStamping })
    },
    connect,
    close: async () => {
      await Promise.all([log.close(), readModels.close()])
    },
  }
}

/** Skipping these events gives a different read model. */
const passingOver = <Id, Document>(
  positions: ReadonlyArray<Position>,
  projection: Projection<Id, Document>,
): Projection<Id, Document> =>
  positions.length === 0
    ? projection
    : {
        ...projection,
        version: `${projection.version}-without-${hash('sha256', positions.toSorted().join(), 'hex').slice(0, 12)}`,
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
