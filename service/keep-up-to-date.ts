import type { EventStore } from '../application/ports/event-store.ts'
import {
  type EventProcessorObserver,
  runEventProcessor,
} from '../application/processing/run-event-processor.ts'
import type { RetryPorts } from '../application/retry.ts'
import { readModelProjector } from '../projections/read-model-projector.ts'
import { lookedUp, type ReadModel } from '../projections/registry.ts'
import { ensureVersion } from './generations.ts'
import { outlastStores } from './outlast.ts'
import type { ServiceLog } from './service-log.ts'

export interface Projecting extends RetryPorts {
  /** As projections read it. */
  readonly projectedLog: EventStore
  readonly observer: EventProcessorObserver
  readonly logger: ServiceLog
}

/**
 * Projects a read model until the signal aborts. One that importing does not look up is first built anew if its version has
 * changed; for the others `prepareReadModels` has done it before the first import. @throws CannotGoOn
 */
export const keepUpToDate = async <Id, Document>(
  { projection, store }: ReadModel<Id, Document>,
  projecting: Projecting,
  signal: AbortSignal,
): Promise<void> => {
  const { projectedLog, observer, logger: log } = projecting
  const { name } = projection
  if (!lookedUp.some((each) => each === name)) {
    const build = () => ensureVersion(projection, store, projectedLog, projecting, log, signal)
    const building = {
      failed: observer.failed.bind(undefined, name),
      recovered: observer.recovered.bind(undefined, name),
    }
    await outlastStores(build, projecting, building, signal)
  }
  await runEventProcessor(readModelProjector(projection, store), projectedLog, projecting, observer, signal)
}
