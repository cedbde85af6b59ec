import { runImporter } from '../../application/importing/importer.ts'
import type { ImportObserver } from '../../application/importing/observer.ts'
import { orAborted } from '../../application/or-aborted.ts'
import type { Chance } from '../../application/ports/chance.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { Ids } from '../../application/ports/ids.ts'
import type { Position } from '../../application/ports/position.ts'
import type { StoreTrouble } from '../../application/ports/store-trouble.ts'
import {
  type EventProcessorObserver,
  runEventProcessor,
} from '../../application/processing/run-event-processor.ts'
import { caughtUp } from '../../application/until-projected.ts'
import { readModelNames } from '../../projections/registry.ts'
import { createReplyReactor } from '../../reactors/reply-reactor.ts'
import { prepareReadModels } from '../../service/prepare-read-models.ts'
import { roles } from '../../service/roles.ts'
import { createTroubles } from '../../service/troubles.ts'
import { createWorkGroup } from '../../service/work-group.ts'
import type { Config } from '../config/load-config.ts'
import type { FailureLog } from '../log/failure-log.ts'
import type { Logger } from '../log/logger.ts'
import { createMetrics } from '../metrics/metrics.ts'
import type { NdjsonExchange } from '../ndjson/ndjson-exchange.ts'
import { type DataFolderClaim, tryClaimDataFolder } from '../sqlite/claim-data-folder.ts'
import { importerSettings } from './importer-settings.ts'
import { createEventProcessorObserver, createImportObserver, createReplyObserver } from './observers.ts'
import { projectReadModels } from './project-read-models.ts'
import { isEmbedded, type Stores } from './stores.ts'

export interface ImportRunOptions {
  readonly config: Config
  readonly dataFolder: string
  readonly stores: Stores
  readonly clock: Clock
  readonly chance: Chance
  readonly ids: Ids
  readonly logger: Logger
  readonly failures: FailureLog
}

/** Another process imports into the data folder. */
export class DataFolderTaken extends Error {
  constructor(dataFolder: string) {
    super(`another process imports into ${dataFolder}: stop it first, or send the messages to its queue`)
  }
}

/** On servers, several may import: each append is fenced individually. */
const unclaimed: DataFolderClaim = { release: () => {} }

/** Creates an exchange once the end of the log is known: the replies of a new run come after it. */
export type OpenExchange = (end: Position) => Promise<{
  readonly exchange: NdjsonExchange
  /** Replies up to here have been printed. */
  readonly repliesAfter: Position
}>

/**
 * The pipeline of the service, fed from NDJSON, until every line is answered and every projection shows it, or the
 * signal aborts. True if it reached the end.
 * @throws DataFolderTaken; StoreTrouble if a store refuses
 */
export const importRun = async (
  options: ImportRunOptions,
  openExchange: OpenExchange,
  signal: AbortSignal,
): Promise<boolean> => {
  const { config, dataFolder, stores, clock, chance, ids, logger, failures } = options
  const { projectedLog: eventStore, profileDirectory: directory, auditIndex, checkpoints } = stores
  const claim = isEmbedded(config) ? tryClaimDataFolder(dataFolder) : unclaimed
  if (claim === undefined) throw new DataFolderTaken(dataFolder)
  const metrics = createMetrics(clock)
  const troubles = createTroubles(clock, logger)
  const work = createWorkGroup()
  // A command should not run forever: trouble that waiting cannot fix ends it.
  const orEnd = (trouble: StoreTrouble, wait: () => void) =>
    trouble.kind === 'refusing' ? work.fail(trouble) : wait()
  const [toldImporting, toldProcessing] = [
    createImportObserver(logger, metrics, troubles),
    createEventProcessorObserver(troubles),
  ]
  const importing: ImportObserver = {
    ...toldImporting,
    failed: (trouble) => orEnd(trouble, () => toldImporting.failed(trouble)),
  }
  const processing: EventProcessorObserver = {
    ...toldProcessing,
    failed: (name, trouble) => orEnd(trouble, () => toldProcessing.failed(name, trouble)),
  }
  const stop = AbortSignal.any([signal, work.stopped])
  try {
    await prepareReadModels(stores, new Set(roles), options, logger, signal)
    work.start((ending) =>
      projectReadModels(
        { config, dataFolder, names: readModelNames },
        processing,
        {
          stopped: (component, { type }) =>
            work.fail(new Error(`a defect stopped the projection ${component}: ${type}`)),
        },
        logger,
        ending,
      ),
    )
    const { exchange, repliesAfter } = await openExchange(await eventStore.end())
    const answering = createReplyReactor(
      exchange.sink,
      exchange.mayAnswer,
      // The run's own file records how far replies are printed, and the exchange keeps it.
      { read: async () => repliesAfter, write: async () => true },
      clock,
      createReplyObserver(clock, metrics, failures),
    )
    work.start((ending) => runEventProcessor(answering, eventStore, options, processing, ending))
    await runImporter(
      {
        source: exchange.source,
        eventStore,
        directory,
        auditIndex,
        clock,
        chance,
        ids,
        observer: importing,
      },
      { ...importerSettings(config, stores), redeliveries: undefined },
      stop,
    )
    if (stop.aborted) return false
    await orAborted(exchange.finished, stop)
    await caughtUp({ eventStore, checkpoints: [...checkpoints.values()], clock }, stop)
    return !stop.aborted
  } finally {
    await work.end()
    claim.release()
  }
}
