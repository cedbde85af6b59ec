import type { Chance } from '../../application/ports/chance.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { Ids } from '../../application/ports/ids.ts'
import { endingWhereRefused, outlastStores } from '../../service/outlast.ts'
import { createParts, type Parts } from '../../service/parts.ts'
import { prepareReadModels } from '../../service/prepare-read-models.ts'
import { type Checkpoints, lagOf } from '../../service/progress.ts'
import { type Readiness, readiness } from '../../service/readiness.ts'
import { type RepliesFrom, replyCheckpoint } from '../../service/reply-checkpoint.ts'
import { type Role, readModelNames } from '../../service/roles.ts'
import { type Importing, type PipelineParts, type Replying, runPipeline } from '../../service/run-pipeline.ts'
import { createTroubles, type Troubles } from '../../service/troubles.ts'
import type { Config } from '../config/load-config.ts'
import { startHttpServer } from '../http/http-server.ts'
import type { FailureLog } from '../log/failure-log.ts'
import type { Logger } from '../log/logger.ts'
import { createMetrics, type Metrics } from '../metrics/metrics.ts'
import type { RabbitMqConnection } from '../rabbitmq/connection.ts'
import { prefetchOf } from '../rabbitmq/prefetch.ts'
import { rabbitMqReplySink } from '../rabbitmq/reply-sink.ts'
import { rabbitMqSource } from '../rabbitmq/source.ts'
import { type BrokerConfig, connectBroker } from './broker.ts'
import { claimDataFolder } from './claim.ts'
import { importerSettings } from './importer-settings.ts'
import { eventProcessorObserver, importObserver, replyObserver, startObserver } from './observers.ts'
import { projectReadModels } from './project-read-models.ts'
import { connectStores, isEmbedded, type Stores } from './stores.ts'

export interface ServeOptions {
  readonly config: Config
  /** Undefined for roles that need none. */
  readonly broker: BrokerConfig | undefined
  readonly roles: ReadonlySet<Role>
  readonly dataFolder: string
  readonly clock: Clock
  readonly ids: Ids
  readonly chance: Chance
  readonly log: Logger
  readonly failures: FailureLog
  readonly repliesFrom: RepliesFrom | undefined
}

/** What the parts of the service share. */
interface Service extends ServeOptions {
  readonly stores: Stores
  readonly incoming: RabbitMqConnection | undefined
  readonly outgoing: RabbitMqConnection | undefined
  readonly metrics: Metrics
  readonly troubles: Troubles
  readonly parts: Parts
  readonly ready: Readiness
}

/** Enough that the broker's answer to an acknowledgement need not be waited for. */
const prefetchedBatches = 4

/**
 * The service: consumes the queue, projects, replies, each where the process has the role, until the signal aborts; then
 * finishes the batch at hand and leaves within seconds. Stands by while another process imports into the data folder, and
 * outlasts the absence of any server.
 * @throws CannotGoOn, and what the stores throw when they cannot be opened
 */
export const serve = async (options: ServeOptions, signal: AbortSignal): Promise<void> => {
  const { config, roles, dataFolder, clock, log } = options
  const stores = await connectStores(config, dataFolder, clock, 'write')
  const replies = replyCheckpoint(stores.eventStore, config.IMPORT_QUEUE)
  const checkpoints: Checkpoints = new Map([...stores.checkpoints, ['replies', () => replies.read()]])
  const metrics = createMetrics({
    projectionLag: () => lagOf(stores.eventStore, checkpoints),
    unreadableEvents: () => stores.importLog.countUnreadable(),
  })
  const troubles = createTroubles(clock, log)
  const parts = createParts(log)
  const connected = (role: Role, name: string) =>
    options.broker !== undefined && roles.has(role)
      ? connectBroker({ ...options, config: options.broker, troubles }, name)
      : undefined
  const [incoming, outgoing] = [connected('import', 'imports'), connected('replies', 'replies')]
  const ready = readiness({
    incoming,
    outgoing,
    troubles,
    parts,
    eventStore: stores.eventStore,
    checkpoints,
    clock,
  })
  try {
    const http = await startHttpServer({ ...config, metrics, notReady: ready.reasons })
    log.info({ host: config.HTTP_HOST, port: http.port }, 'serving health and metrics')
    const ending = new AbortController()
    let watching = Promise.resolve()
    try {
      const service = { ...options, stores, incoming, outgoing, metrics, troubles, parts, ready }
      const prepare = async () => {
        await stores.prepare()
        await prepareReadModels(stores, roles, options, log, signal)
      }
      for (const step of [() => stores.check('start'), prepare]) {
        await outlastStores(() => endingWhereRefused(step), options, startObserver(troubles), signal)
      }
      watching = ready.watch(ending.signal)
      const mustBeAlone = roles.has('import') && isEmbedded(config)
      const claim = mustBeAlone ? await claimDataFolder(dataFolder, options, log, signal) : undefined
      if (signal.aborted) return claim?.release()
      try {
        ready.claimed()
        await runPipeline(partsOf(service), signal)
      } finally {
        claim?.release()
      }
    } finally {
      ending.abort()
      await watching
      await http.close()
    }
  } finally {
    await Promise.all([incoming?.close(), outgoing?.close()])
    await stores.close()
  }
}

const partsOf = (service: Service): PipelineParts => {
  const { config, stores, roles, dataFolder, clock, chance, troubles, parts } = service
  const projected = readModelNames.filter((name) => roles.has(name))
  const projecting = eventProcessorObserver(troubles)
  const project = (ending: AbortSignal) =>
    projectReadModels({ config, dataFolder, names: projected }, projecting, parts, ending)
  return {
    eventStore: stores.projectedLog,
    importLog: stores.importLog,
    clock,
    chance,
    queue: config.IMPORT_QUEUE,
    importing: importingOf(service),
    replying: replyingOf(service),
    beside: projected.length === 0 ? [] : [project],
    readModels: stores.checkpoints,
    projected: new Map([...stores.checkpoints].filter(([name]) => projected.some((own) => own === name))),
    repliesFrom: service.repliesFrom,
    projecting,
    parts,
    starting: startObserver(troubles),
  }
}

const importingOf = (service: Service): Importing | undefined => {
  const { incoming, config, stores, clock, chance, ids, log, metrics, troubles, ready } = service
  if (incoming === undefined) return undefined
  const prefetch = prefetchOf(prefetchedBatches * config.BATCH_SIZE, config.MAX_MESSAGE_BYTES)
  const source = rabbitMqSource({
    connection: incoming,
    queue: config.IMPORT_QUEUE,
    queueType: config.IMPORT_QUEUE_TYPE,
    prefetch,
    maxMessageBytes: config.MAX_MESSAGE_BYTES,
    clock,
    log,
  })
  return {
    source: ready.observing(source),
    prefetch,
    settings: importerSettings(config, stores),
    eventStore: stores.projectedLog,
    directory: stores.profileDirectory,
    importLog: stores.importLog,
    clock,
    chance,
    ids,
    observer: importObserver(log, metrics, troubles),
  }
}

const replyingOf = (service: Service): Replying | undefined => {
  const { outgoing, config, clock, log, metrics, failures } = service
  if (outgoing === undefined) return undefined
  return {
    sink: rabbitMqReplySink({
      connection: outgoing,
      queue: config.RESULT_QUEUE,
      messageTtlSeconds: config.RABBITMQ_X_MESSAGE_TTL,
      clock,
      log,
    }),
    onReplied: replyObserver(clock, metrics, failures),
  }
}
