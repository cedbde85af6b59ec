import type { EventStore } from '../application/ports/event-store.ts'
import { type Generation, liveOf, type ProjectionStore } from '../application/ports/projection-store.ts'
import type { ServiceLogger } from '../application/ports/service-logger.ts'
import { type RetryPolicy, type RetryPorts, retry } from '../application/retry.ts'
import type { Projection } from '../projections/projection.ts'
import { RebuildFailed, rebuild } from '../projections/rebuild.ts'

const retryPolicy: RetryPolicy = { first: 1000, longest: 1000 }

/**
 * Whether a generation is of an epoch that a restore has ended. Its checkpoint may be before the fork, but a store that
 * was interrupted in an apply also holds documents of later events, which the log has given up.
 */
const isOfEarlierEpoch = async (
  { log: stamp }: Generation,
  eventStore: Pick<EventStore, 'readIdentity'>,
): Promise<boolean> => stamp !== undefined && stamp.epoch !== (await eventStore.readIdentity())?.epoch

/**
 * Ensures that the live generation has the version of this process and is of the present epoch, and otherwise rebuilds
 * it beside the live one: matching by keys that an old generation lacks would create profiles twice. Another process may
 * continue to import meanwhile.
 */
export const ensureVersion = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
  eventStore: EventStore,
  ports: RetryPorts,
  logger: ServiceLogger,
  signal: AbortSignal,
): Promise<void> => {
  const again = retry(retryPolicy, ports)
  while (!signal.aborted) {
    const live = await liveOf(store)
    if (live === undefined) {
      await store.create(projection.version, await eventStore.readIdentity())
      continue
    }
    const isRestored = await isOfEarlierEpoch(live, eventStore)
    if (live.version === projection.version && !isRestored) return
    const about = { projection: projection.name, from: live.version, to: projection.version }
    const cause = isRestored ? 'a backup was restored' : 'its version has changed'
    logger.info(about, `rebuilding the read model because ${cause}`)
    try {
      const { documents } = await rebuild(projection, store, eventStore, signal, () => {})
      logger.info({ ...about, documents }, 'switched to the new read model')
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof RebuildFailed)) throw error
      logger.warn({ ...about, reason: error.message }, 'the read model was not built: trying again')
      await again.wait(signal)
    }
  }
}

/**
 * Waits until another process has built the live generation in the version of this process and the present epoch, or the
 * signal aborts.
 */
export const awaitVersion = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
  eventStore: Pick<EventStore, 'readIdentity'>,
  ports: RetryPorts,
  logger: ServiceLogger,
  signal: AbortSignal,
): Promise<void> => {
  const again = retry(retryPolicy, ports)
  for (let first = true; !signal.aborted; first = false) {
    const live = await liveOf(store)
    if (live?.version === projection.version && !(await isOfEarlierEpoch(live, eventStore))) return
    const about = { projection: projection.name, from: live?.version, to: projection.version }
    if (first) logger.info(about, 'waiting for a process with this role to build the read model')
    await again.wait(signal)
  }
}
