import type { EventStore } from '../application/ports/event-store.ts'
import type { ServiceLogger } from '../application/ports/service-logger.ts'
import type { RetryPorts } from '../application/retry.ts'
import { eachReadModel, lookedUp, type ReadModel, type ReadModels } from '../projections/registry.ts'
import { awaitVersion, ensureVersion } from './generations.ts'
import type { Role } from './roles.ts'

/** The read models and their sources. */
export interface ReadModelStores extends ReadModels {
  /** The log as projections read it. */
  readonly projectedLog: EventStore
}

/**
 * Resolves once the live generations that importing looks up have the version of this process and the present epoch.
 * Builds those that this process projects, and, if it imports, waits for those of other processes. All others are built
 * while imports continue (`keepUpToDate`).
 */
export const prepareReadModels = async (
  stores: ReadModelStores,
  roles: ReadonlySet<Role>,
  ports: RetryPorts,
  logger: ServiceLogger,
  signal: AbortSignal,
): Promise<void> => {
  const ensured = <Id, Document>({ projection, store }: ReadModel<Id, Document>) =>
    ensureVersion(projection, store, stores.projectedLog, ports, logger, signal)
  const awaited = <Id, Document>({ projection, store }: ReadModel<Id, Document>) =>
    awaitVersion(projection, store, stores.projectedLog, ports, logger, signal)
  const own = lookedUp.filter((name) => roles.has(name))
  for (const built of eachReadModel(stores, ensured, own)) await built
  if (!roles.has('import')) return
  for (const built of eachReadModel(stores, awaited, lookedUp)) await built
}
