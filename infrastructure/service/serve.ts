import type { Clock } from '../../application/ports/clock.ts'
import type { Ids } from '../../application/ports/ids.ts'
import { startHttpServer } from '../http/http-server.ts'
import type { FailureLog } from '../log/failure-log.ts'
import type { Logger } from '../log/logger.ts'
import { createMetrics, type Metrics } from '../metrics/metrics.ts'
import type { RabbitMqConnection } from '../rabbitmq/connection.ts'
import { rabbitMqReplySink } from '../rabbitmq/reply-sink.ts'
import { rabbitMqSource } from '../rabbitmq/source.ts'
import { type BrokerConfig, connectBroker } from './broker.ts'
import { claimDataFolder } from './claim.ts'
import { importObserver, projectorObserver, replyObserver } from './observers.ts'
import { type Checkpoints, lagOf } from './progress.ts'
import { projectReadModels } from './project-read-models.ts'
import { type Readiness, readiness } from './readiness.ts'
import { type RepliesFrom, replyCheckpoint } from './reply-checkpoint.ts'
import { runPipeline } from './run-pipeline.ts'
import { ensureVersions, openStores, type Stores } from './stores.ts'

export interface ServeOptions {
  readonly config: BrokerConfig
  readonly dataFolder: string
  readonly clock: Clock
  readonly ids: Ids
  readonly random: () => number
  readonly log: Logger
  readonly failures: FailureLog
  readonly repliesFrom: RepliesFrom | undefined
}

/** What the parts of the service share. */
interface Service extends ServeOptions {
  readonly stores: Stores
  readonly incoming: RabbitMqConnection
  readonly outgoing: RabbitMqConnection
  readonly metrics: Metrics
  readonly projecting: ReturnType<typeof projectorObserver>
  readonly ready: Readiness
}

/** Enough that the broker's answer to an acknowledgement need not be waited for. */
const prefetchedBatches = 4

/**
 * The service: consumes the queue, projects, replies, until the signal aborts; then finishes the batch at hand and
 * leaves within seconds. Stands by while another process imports into the data folder.
 */
export const serve = async (options: ServeOptions, signal: AbortSignal): Promise<void> => {
  const { config, dataFolder, clock, log } = options
  const stores = openStores(config, dataFolder, clock, 'write')
  const replies = replyCheckpoint(stores.eventStore, config.IMPORT_QUEUE)
  const checkpoints: Checkpoints = new Map([...stores.checkpoints, ['replies', () => replies.read()]])
  const metrics = createMetrics({ projectionLag: () => lagOf(stores.eventStore, checkpoints) })
  const projecting = projectorObserver(log)
  const [incoming, outgoing] = [connectBroker(options, 'imports'), connectBroker(options, 'replies')]
  const ready = readiness({
    incoming,
    outgoing,
    projecting,
    eventStore: stores.eventStore,
    checkpoints,
    clock,
  })
  try {
    const http = await startHttpServer({ ...config, metrics, notReady: ready.reasons })
    log.info({ host: config.HTTP_HOST, port: http.port }, 'serving health and metrics')
    try {
      const service = { ...options, stores, incoming, outgoing, metrics, projecting, ready }
      await ensureVersions(stores, clock, log, signal)
      const claim = await claimDataFolder(dataFolder, clock, log, signal)
      if (claim === undefined) return
      try {
        await importUntil(service, signal)
      } finally {
        claim.release()
      }
    } finally {
      await http.close()
    }
  } finally {
    await Promise.all([incoming.close(), outgoing.close()])
    stores.close()
  }
}

const importUntil = async (service: Service, signal: AbortSignal): Promise<void> => {
  const { config, stores, clock, ids, log, metrics, projecting, ready, incoming, outgoing } = service
  const { eventStore, profileDirectory: directory, importLog } = stores
  const queue = config.IMPORT_QUEUE
  const prefetch = prefetchedBatches * config.BATCH_SIZE
  ready.claimed()
  await runPipeline(
    {
      source: ready.observing(rabbitMqSource({ connection: incoming, queue, prefetch, clock, log })),
      sink: rabbitMqReplySink({
        connection: outgoing,
        queue: config.RESULT_QUEUE,
        messageTtlSeconds: config.RABBITMQ_X_MESSAGE_TTL,
        clock,
        log,
      }),
      queue,
      prefetch,
      settings: {
        rules: config.rules,
        profilesVersion: stores.profilesProjection.version,
        batchSize: config.BATCH_SIZE,
      },
      repliesFrom: service.repliesFrom,
      eventStore,
      directory,
      importLog,
      readModels: stores.checkpoints,
      clock,
      ids,
      observer: importObserver(log, metrics),
      projecting,
      onReplied: replyObserver(clock, metrics, service.failures),
      beside: [ready.watch, (ending) => projectReadModels(config, service.dataFolder, projecting, ending)],
    },
    signal,
  )
}
