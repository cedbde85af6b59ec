import type { Chance } from '../../application/ports/chance.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { Ids } from '../../application/ports/ids.ts'
import { lookedUp, readModelNames } from '../../projections/registry.ts'
import type { Components } from '../../service/components.ts'
import type { Importing, Pipeline, Replying } from '../../service/pipeline.ts'
import { checkpointsOf } from '../../service/progress.ts'
import type { Readiness } from '../../service/readiness.ts'
import type { RepliesFrom } from '../../service/reply-checkpoint.ts'
import type { Role } from '../../service/roles.ts'
import type { Troubles } from '../../service/troubles.ts'
import type { Config } from '../config/load-config.ts'
import type { FailureLog } from '../log/failure-log.ts'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { RabbitMqConnection } from '../rabbitmq/connection.ts'
import { prefetchOf } from '../rabbitmq/prefetch.ts'
import { createRabbitMqReplySink } from '../rabbitmq/reply-sink.ts'
import { rabbitMqSource } from '../rabbitmq/source.ts'
import type { BrokerConfig } from './broker.ts'
import { importerSettings } from './importer-settings.ts'
import {
  createEventProcessorObserver,
  createImportObserver,
  createReplyObserver,
  createStartObserver,
} from './observers.ts'
import { projectReadModels } from './project-read-models.ts'
import type { Stores } from './stores.ts'

export interface ServeOptions {
  readonly config: Config
  /** Undefined if the roles need none. */
  readonly broker: BrokerConfig | undefined
  readonly roles: ReadonlySet<Role>
  readonly dataFolder: string
  readonly clock: Clock
  readonly ids: Ids
  readonly chance: Chance
  readonly logger: Logger
  readonly failures: FailureLog
  readonly repliesFrom: RepliesFrom | undefined
}

/** What the components of the service share. */
interface Service extends ServeOptions {
  readonly stores: Stores
  readonly incoming: RabbitMqConnection | undefined
  readonly outgoing: RabbitMqConnection | undefined
  readonly metrics: Metrics
  readonly troubles: Troubles
  readonly components: Components
  readonly ready: Readiness
}

/** Enough to avoid waiting for the broker's answer to an acknowledgement. */
const prefetchedBatches = 4

/** The pipeline of the service, according to the roles of the process. */
export const pipelineOf = (service: Service): Pipeline => {
  const { config, stores, roles, dataFolder, clock, chance, logger, troubles, components } = service
  const projected = readModelNames.filter((name) => roles.has(name))
  const processing = createEventProcessorObserver(troubles)
  const project = (ending: AbortSignal) =>
    projectReadModels({ config, dataFolder, names: projected }, processing, components, logger, ending)
  return {
    eventStore: stores.projectedLog,
    auditIndex: stores.auditIndex,
    clock,
    chance,
    queue: config.IMPORT_QUEUE,
    importing: importingOf(service),
    replying: replyingOf(service),
    beside: projected.length === 0 ? [] : [project],
    lookedUp: checkpointsOf(stores, lookedUp),
    projected: checkpointsOf(stores, projected),
    repliesFrom: service.repliesFrom,
    processing,
    components,
    leftBehind: (names) =>
      logger.warn(
        { behind: names },
        'stopping although not everything is projected and answered: the next start continues',
      ),
    starting: createStartObserver(troubles),
  }
}

const importingOf = (service: Service): Importing | undefined => {
  const { incoming, config, stores, clock, chance, ids, logger, metrics, troubles, ready } = service
  if (incoming === undefined) return undefined
  const prefetch = prefetchOf(prefetchedBatches * config.BATCH_SIZE, config.MAX_MESSAGE_BYTES)
  const source = rabbitMqSource({
    connection: incoming,
    queue: config.IMPORT_QUEUE,
    queueType: config.IMPORT_QUEUE_TYPE,
    prefetch,
    maxMessageBytes: config.MAX_MESSAGE_BYTES,
    clock,
    logger,
  })
  return {
    source: ready.observing(source),
    prefetch,
    settings: importerSettings(config, stores),
    eventStore: stores.projectedLog,
    directory: stores.profileDirectory,
    auditIndex: stores.auditIndex,
    clock,
    chance,
    ids,
    observer: createImportObserver(logger, metrics, troubles),
  }
}

const replyingOf = (service: Service): Replying | undefined => {
  const { outgoing, config, clock, logger, metrics, failures } = service
  if (outgoing === undefined) return undefined
  return {
    sink: createRabbitMqReplySink({
      connection: outgoing,
      queue: config.RESULT_QUEUE,
      messageTtlSeconds: config.RABBITMQ_X_MESSAGE_TTL,
      clock,
      logger,
    }),
    onReplied: createReplyObserver(clock, metrics, failures),
  }
}
