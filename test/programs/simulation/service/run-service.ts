import { pino } from 'pino'
import type { AuditIndex } from '../../../../application/ports/audit-index.ts'
import type { EventStore } from '../../../../application/ports/event-store.ts'
import type { ImportSource } from '../../../../application/ports/import-source.ts'
import type { ProfileDirectory } from '../../../../application/ports/profile-directory.ts'
import type { ReplySink } from '../../../../application/ports/reply-sink.ts'
import type { EventProcessorObserver } from '../../../../application/processing/run-event-processor.ts'
import { rebuild } from '../../../../projections/rebuild.ts'
import {
  eachReadModel,
  lookedUp,
  type Projections,
  projections,
  type ReadModelName,
  type ReadModels,
} from '../../../../projections/registry.ts'
import { runComponent } from '../../../../service/components.ts'
import { keepUpToDate } from '../../../../service/keep-up-to-date.ts'
import type { Pipeline } from '../../../../service/pipeline.ts'
import { prepareReadModels } from '../../../../service/prepare-read-models.ts'
import { checkpointsOf } from '../../../../service/progress.ts'
import { roles } from '../../../../service/roles.ts'
import { runPipeline } from '../../../../service/run-pipeline.ts'
import { requireSameLog } from '../../../../service/same-log.ts'
import { SimulatedFault } from '../world/faults.ts'
import type { SimProcess } from '../world/process.ts'
import type { Version } from './versions.ts'

/** The outside as seen by one process: the simulated ports, and the projections of its version. */
export interface Ports extends ReadModels {
  readonly eventStore: EventStore
  readonly directory: ProfileDirectory
  readonly auditIndex: AuditIndex
  readonly source: ImportSource
  readonly sink: ReplySink
}

export const projectionsOf = ({ rules, definitionsVersion }: Version): Projections =>
  projections({ definitionOf: rules.definitionOf, definitionsVersion })

export interface ServiceSettings {
  readonly queue: string
  readonly version: Version
  readonly batchSize: number
}

export const workingSetBatches = 20

export const prefetchOf = ({ batchSize }: Pick<ServiceSettings, 'batchSize'>): number => 2 * batchSize

const logger = pino({ level: 'silent' })

/** What `serve` does in a process: the same components in the same order. `claim` keeps other importers away. */
export const runService = async (
  process: SimProcess,
  ports: Ports,
  { queue, version, batchSize }: ServiceSettings,
  claim: (signal: AbortSignal) => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> => {
  const { clock, chance, ids, world } = process
  const { eventStore, directory, auditIndex } = ports
  const failed = (what: string) => (error: unknown) => {
    process.say(() => `${what} failed: ${error instanceof Error ? error.message : String(error)}`)
    if (!(error instanceof SimulatedFault)) world.violate(`${what}: unexpected ${error}`)
  }
  const processing: EventProcessorObserver = {
    applied: () => {},
    failed: (name, error) => failed(name)(error),
    recovered: (name) => process.say(() => `${name} goes on`),
  }
  const components: Pipeline['components'] = {
    stopped: (component, { type }) => world.violate(`a defect has stopped ${component}: ${type}`),
    works: () => {},
  }
  await requireSameLog(eventStore, ports, { deletion: 'delete the read models', isStamping: true })
  await prepareReadModels({ ...ports, projectedLog: eventStore }, new Set(roles), process, logger, signal)
  if (!(await claim(signal))) return
  process.say(() => 'begins')
  const keeping = { clock, chance, projectedLog: eventStore, observer: processing, logger }
  await runPipeline(
    {
      ...{ eventStore, auditIndex, clock, chance, queue, components },
      importing: {
        ...{ eventStore, directory, auditIndex, clock, chance, ids },
        source: ports.source,
        settings: {
          rules: version.rules,
          profilesVersion: ports.projections.profiles.version,
          batchSize,
          workingSetBatches,
        },
        prefetch: prefetchOf({ batchSize }),
        observer: {
          imported: ({ taken, absorbed }) => process.say(() => `has imported ${taken}, absorbed ${absorbed}`),
          conflicted: (stream) => process.say(() => `conflict on ${stream}`),
          appendUnknown: () => {},
          replaysUnproven: () => {},
          failed: failed('import'),
          recovered: () => process.say(() => 'import continues'),
          defect: (error) => world.violate(`a message made the code throw: ${error}`),
        },
      },
      replying: { sink: ports.sink, onReplied: () => {} },
      beside: [
        ...eachReadModel(
          ports,
          (readModel, name) => (ending: AbortSignal) =>
            runComponent(name, () => keepUpToDate(readModel, keeping, ending), components),
        ),
      ],
      lookedUp: checkpointsOf(ports, lookedUp),
      projected: checkpointsOf(ports),
      repliesFrom: undefined,
      processing,
      leftBehind: () => {},
      starting: { failed: failed('start'), recovered: () => {} },
    },
    signal,
  )
}

/** What the command `rebuild` does. */
export const runRebuild = async (ports: Ports, name: ReadModelName, signal: AbortSignal): Promise<void> => {
  const rebuilt = eachReadModel(
    ports,
    ({ projection, store }) => rebuild(projection, store, ports.eventStore, signal, () => {}),
    [name],
  )
  for (const done of rebuilt) await done
}
