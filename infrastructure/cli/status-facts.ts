import type { LogIdentity } from '../../application/ports/log-identity.ts'
import { beginning, type Position } from '../../application/ports/position.ts'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import { StoreTrouble } from '../../application/ports/store-trouble.ts'
import type { UnreadablePlace } from '../../projections/audit.ts'
import { eachReadModel, type ReadModel, type ReadModelName } from '../../projections/registry.ts'
import { lagAt } from '../../service/progress.ts'
import { replyCheckpoint } from '../../service/reply-checkpoint.ts'
import type { Stores } from '../composition-root/stores.ts'
import type { Config } from '../config/load-config.ts'
import type { QueueLength } from '../rabbitmq/queue-lengths.ts'
import { holderOf } from '../sqlite/claim-data-folder.ts'
import type { FolderHolder } from '../sqlite/folder-holder.ts'
import { freeBytes, usedBytes } from '../system/folder-space.ts'
import { systemClock } from '../system/system-clock.ts'

/** How far a projection or the replies are. */
export interface PartStatus {
  readonly checkpoint: Position
  readonly lag: number
  /** Null if the event that it is before does not reveal its time. */
  readonly lag_seconds: number | null
}

export interface ReadModelStatus extends PartStatus {
  readonly generation: number
  readonly version: string
  readonly documents: number
  readonly building: ReadonlyArray<{ readonly id: number; readonly checkpoint: Position }>
}

/** Why nothing is known of a server. */
interface Trouble {
  readonly trouble: string
}

type BrokerStatus = { readonly queues: ReadonlyArray<QueueLength> } | Trouble

interface ReadModelFacts {
  /** Null before the first generation. */
  readonly read_models: Readonly<Partial<Record<ReadModelName, ReadModelStatus | null>>>
  readonly unreadable: { readonly events: number; readonly examples: ReadonlyArray<UnreadablePlace> }
}

export interface StatusFacts {
  /** What the read models show, or why they do not. */
  readonly readModels: ReadModelFacts | Trouble
  readonly log: Partial<LogIdentity> & { readonly end: Position }
  readonly lag_unit: 'events' | 'bytes'
  readonly data: {
    readonly folder: string
    readonly bytes: number | null
    readonly free_bytes: number | null
  }
  /** The process that imports into the data folder. */
  readonly service: FolderHolder | null
  /** Null without RABBITMQ_URL. */
  readonly broker: BrokerStatus | null
  /** Null before the first reply. */
  readonly replies: (PartStatus & { readonly queue: string }) | null
  readonly pass_over: ReadonlyArray<Position>
}

/** For stores that are not prepared yet. @throws ForeignLog, StoreTrouble of the event store */
export const statusFacts = async (stores: Stores, config: Config, folder: string): Promise<StatusFacts> => {
  const { eventStore } = stores
  // The broker may take its time.
  const broker = brokerStatus(config)
  const end = await eventStore.end()
  const partAt = async (checkpoint: Position): Promise<PartStatus> => {
    const { distance, seconds } = await lagAt(eventStore, checkpoint, end, systemClock.now())
    return { checkpoint, lag: distance, lag_seconds: seconds ?? null }
  }
  const answered = await replyCheckpoint(eventStore, config.IMPORT_QUEUE).read()
  return {
    log: { ...(await eventStore.readIdentity()), end },
    lag_unit: config.EVENTSTORE_URL === undefined ? 'events' : 'bytes',
    data: { folder, bytes: (await usedBytes(folder)) ?? null, free_bytes: (await freeBytes(folder)) ?? null },
    service: holderOf(folder) ?? null,
    broker: await broker,
    readModels: await readModelFacts(stores, partAt),
    replies:
      answered === undefined
        ? null
        : { queue: config.IMPORT_QUEUE, ...(await partAt(answered || beginning)) },
    pass_over: config.PASS_OVER,
  }
}

type PartAt = (checkpoint: Position) => Promise<PartStatus>

const readModelFacts = async (stores: Stores, partAt: PartAt): Promise<ReadModelFacts | Trouble> => {
  const readModels: Partial<Record<ReadModelName, ReadModelStatus | null>> = {}
  const look = async <Id, Document>({ store }: ReadModel<Id, Document>, name: ReadModelName) => {
    readModels[name] = await readModelStatus(store, partAt)
  }
  try {
    await stores.prepare()
    for (const looked of eachReadModel(stores, look)) await looked
    return { read_models: readModels, unreadable: await unreadableIn(stores) }
  } catch (error) {
    if (error instanceof StoreTrouble && error.store === 'read models') return { trouble: error.message }
    throw error
  }
}

const readModelStatus = async <Id, Document>(
  store: ProjectionStore<Id, Document>,
  partAt: PartAt,
): Promise<ReadModelStatus | null> => {
  const generations = await store.generations()
  const live = generations.find((generation) => generation.live)
  if (live === undefined) return null
  return {
    generation: live.id,
    version: live.version,
    ...(await partAt(live.checkpoint)),
    documents: await store.count(live.id),
    building: generations.filter(({ id }) => id > live.id).map(({ id, checkpoint }) => ({ id, checkpoint })),
  }
}

const brokerStatus = async (config: Config): Promise<BrokerStatus | null> => {
  const { RABBITMQ_URL: url, RABBITMQ_CA_FILE: caFile, IMPORT_QUEUE, RESULT_QUEUE } = config
  if (url === undefined) return null
  // Loaded only if there is a broker, to keep the command fast.
  const { queueLengths } = await import('../rabbitmq/queue-lengths.ts')
  const { errorText } = await import('../rabbitmq/error-text.ts')
  try {
    const broker = { url, caFile, clock: systemClock }
    return { queues: await queueLengths(broker, [IMPORT_QUEUE, RESULT_QUEUE]) }
  } catch (error) {
    return { trouble: errorText(error) }
  }
}

const shown = 20

/** As counted by the audit index. */
const unreadableIn = async ({ auditIndex }: Stores): Promise<ReadModelFacts['unreadable']> => {
  const examples: Array<UnreadablePlace> = []
  for await (const { position, stream, type } of auditIndex.find({ by: 'unreadable' })) {
    if (examples.push({ position, stream, type }) === shown) break
  }
  return { events: await auditIndex.countUnreadable(), examples }
}
