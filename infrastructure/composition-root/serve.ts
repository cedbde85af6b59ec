import { orAborted } from '../../application/or-aborted.ts'
import { lookedUp } from '../../projections/registry.ts'
import { createComponents } from '../../service/components.ts'
import { endingWhereRefused, outlastStores } from '../../service/outlast.ts'
import { prepareReadModels } from '../../service/prepare-read-models.ts'
import { keepProbing } from '../../service/prober.ts'
import { type Checkpoints, checkpointsOf, lagsOf } from '../../service/progress.ts'
import { createReadiness } from '../../service/readiness.ts'
import { replyCheckpoint } from '../../service/reply-checkpoint.ts'
import type { Role } from '../../service/roles.ts'
import { runPipeline } from '../../service/run-pipeline.ts'
import { createTroubles } from '../../service/troubles.ts'
import { startHttpServer } from '../http/http-server.ts'
import { createExposition } from '../metrics/exposition.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { probeConnection } from '../rabbitmq/probe-connection.ts'
import { freeBytes } from '../system/folder-space.ts'
import { version } from '../system/version.ts'
import { connectBroker } from './broker.ts'
import { claimDataFolder } from './claim.ts'
import { createStartObserver } from './observers.ts'
import { pipelineOf, type ServeOptions } from './pipeline-of.ts'
import { connectStores, isEmbedded } from './stores.ts'

/** Milliseconds from the start to the first probe. */
const firstProbe = 2000

/**
 * The service: consumes the queue, projects and replies, according to the roles of the process, until the signal
 * aborts; then finishes the current batch and exits within seconds. Stands by while another process imports into the
 * data folder, and waits while any server is away.
 * @throws CannotGoOn, and what the stores throw if they cannot be opened
 */
export const serve = async (options: ServeOptions, signal: AbortSignal): Promise<void> => {
  const { config, roles, dataFolder, clock, logger } = options
  const stores = await connectStores(config, dataFolder, clock, 'write', logger)
  const replies = replyCheckpoint(stores.eventStore, config.IMPORT_QUEUE)
  const andReplies = (checkpoints: Checkpoints): Checkpoints =>
    new Map([...checkpoints, ['replies', () => replies.read()]])
  const metrics = createMetrics(clock)
  const troubles = createTroubles(clock, logger)
  const components = createComponents(logger)
  const connected = (role: Role, name: string) =>
    options.broker !== undefined && roles.has(role)
      ? connectBroker({ ...options, config: options.broker, troubles }, name)
      : undefined
  const [incoming, outgoing] = [connected('import', 'imports'), connected('replies', 'replies')]
  const ready = createReadiness({
    incoming,
    outgoing,
    troubles,
    components,
    eventStore: stores.eventStore,
    checkpoints: andReplies(checkpointsOf(stores, lookedUp)),
    clock,
  })
  const connections = [incoming, outgoing].flatMap((connection) => connection ?? [])
  const exposed = createExposition(metrics.registry, {
    version: version(),
    logIdentity: () => stores.eventStore.readIdentity(),
    ready: () => ready.reasons().length === 0,
    standingBy: ready.standingBy,
    connected: () => new Map(connections.map(({ name, state }) => [name, state() !== 'connecting'])),
    outcomeAge: () => (connections.length === 0 ? undefined : metrics.outcomeAge()),
    lags: () => lagsOf(stores.eventStore, andReplies(stores.checkpoints), clock.now()),
    countsEvents: config.EVENTSTORE_URL === undefined,
    unreadableEvents: () => stores.auditIndex.countUnreadable(),
    freeBytes: () => freeBytes(dataFolder),
  })
  try {
    const http = await startHttpServer({ ...config, metrics: exposed, notReady: ready.reasons })
    logger.info({ host: config.HTTP_HOST, port: http.port }, 'serving health and metrics')
    const ending = new AbortController()
    const watching: Array<Promise<void>> = []
    try {
      const service = { ...options, stores, incoming, outgoing, metrics, troubles, components, ready }
      // A stop does not wait for a store, nor for an index to be built.
      const outlasting = (step: () => Promise<void>) =>
        orAborted(
          outlastStores(() => endingWhereRefused(step), options, createStartObserver(troubles), signal),
          signal,
        )
      const probe = async () => {
        // Not at once: a store that refuses ends the service.
        await clock.sleep(firstProbe, ending.signal)
        const probed = [...stores.probed, ...connections.map(probeConnection)]
        await keepProbing(probed, { clock, troubles, components }, ending.signal)
      }
      watching.push(probe())
      await outlasting(() => stores.checkIntegrity('start'))
      await outlasting(() => stores.prepare())
      await outlasting(() => prepareReadModels(stores, roles, options, logger, signal))
      watching.push(ready.watch(ending.signal))
      const mustBeAlone = roles.has('import') && isEmbedded(config)
      const claim = mustBeAlone ? await claimDataFolder(dataFolder, options, logger, signal) : undefined
      if (signal.aborted) return claim?.release()
      try {
        ready.claimed()
        await runPipeline(pipelineOf(service), signal)
      } finally {
        claim?.release()
      }
    } finally {
      ending.abort()
      await Promise.all(watching)
      await http.close()
    }
  } finally {
    await Promise.all([incoming?.close(), outgoing?.close()])
    await stores.close()
  }
}
