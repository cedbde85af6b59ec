import { ReadModelSwitched } from '../application/cannot-go-on.ts'
import type { EventStore } from '../application/ports/event-store.ts'
import type { ServiceLogger } from '../application/ports/service-logger.ts'
import {
  type EventProcessorObserver,
  runEventProcessor,
} from '../application/processing/run-event-processor.ts'
import type { RetryPorts } from '../application/retry.ts'
import { readModelProjector } from '../projections/read-model-projector.ts'
import { mayBeLate, type ReadModel } from '../projections/registry.ts'
import { ensureVersion } from './generations.ts'
import { outlastStores } from './outlast.ts'

export interface Projecting extends RetryPorts {
  /** The log as projections read it. */
  readonly projectedLog: EventStore
  readonly observer: EventProcessorObserver
  readonly logger: ServiceLogger
}

/**
 * Projects a read model until the signal aborts. If importing does not look it up, it is first rebuilt if its version
 * has changed; for the others, `prepareReadModels` has done so before the first import.
 * @throws CannotGoOn
 */
export const keepUpToDate = async <Id, Document>(
  { projection, store }: ReadModel<Id, Document>,
  projecting: Projecting,
  signal: AbortSignal,
): Promise<void> => {
  const { projectedLog, observer, logger } = projecting
  const { name } = projection
  if (mayBeLate(name)) {
    const build = () => ensureVersion(projection, store, projectedLog, projecting, logger, signal)
    const building = {
      failed: observer.failed.bind(undefined, name),
      recovered: observer.recovered.bind(undefined, name),
    }
    await outlastStores(build, projecting, building, signal)
  }
  try {
    const projector = readModelProjector(projection, store, projectedLog)
    await runEventProcessor(projector, projectedLog, projecting, observer, signal)
  } catch (error) {
    if (!(mayBeLate(name) && error instanceof ReadModelSwitched)) throw error
    // Imports do not need it, so they continue.
    logger.warn(
      { projection: name },
      'another version of the program now owns this read model; this process no longer updates it',
    )
  }
}
