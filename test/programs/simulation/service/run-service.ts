import { pino } from 'pino'
import type { EventStore } from '../../../../application/ports/event-store.ts'
import type { ImportLog, ImportRecord } from '../../../../application/ports/import-log.ts'
import type { ImportSource } from '../../../../application/ports/import-source.ts'
import type { ProfileDirectory } from '../../../../application/ports/profile-directory.ts'
import type { ProfileDocument, ProfileRef } from '../../../../application/ports/profile-document.ts'
import type { ProjectionStore } from '../../../../application/ports/projection-store.ts'
import type { ReplySink } from '../../../../application/ports/reply-sink.ts'
import {
  type EventProcessorObserver,
  runEventProcessor,
} from '../../../../application/processing/run-event-processor.ts'
import { importsProjection } from '../../../../projections/imports.ts'
import { profilesProjection } from '../../../../projections/profiles.ts'
import type { Projection } from '../../../../projections/projection.ts'
import { readModelProjector } from '../../../../projections/read-model-projector.ts'
import { rebuild } from '../../../../projections/rebuild.ts'
import { ensureVersion } from '../../../../service/generations.ts'
import { runPart } from '../../../../service/parts.ts'
import type { Checkpoints } from '../../../../service/progress.ts'
import { type PipelineParts, runPipeline } from '../../../../service/run-pipeline.ts'
import { SimulatedFault } from '../world/faults.ts'
import type { SimProcess } from '../world/process.ts'
import type { Version } from './versions.ts'

/** The outside as one process has it: the simulated ports, and the projections of its version. */
export interface Ports {
  readonly eventStore: EventStore
  readonly directory: ProfileDirectory
  readonly importLog: ImportLog
  readonly profiles: ProjectionStore<ProfileRef, ProfileDocument>
  readonly imports: ProjectionStore<never, ImportRecord>
  readonly source: ImportSource
  readonly sink: ReplySink
  readonly profilesProjection: Projection<ProfileRef, ProfileDocument>
  readonly importsProjection: Projection<never, ImportRecord>
}

export const projectionsOf = ({ rules, keysVersion }: Version) => ({
  profilesProjection: profilesProjection(rules.definitionOf, keysVersion),
  importsProjection,
})

export interface ServiceSettings {
  readonly queue: string
  readonly version: Version
  readonly batchSize: number
}

export const workingSetBatches = 20

export const prefetchOf = ({ batchSize }: Pick<ServiceSettings, 'batchSize'>): number => 2 * batchSize

const log = pino({ level: 'silent' })

/** What `serve` does in a process: the same parts in the same order. `claim` keeps other importers away. */
export const runService = async (
  process: SimProcess,
  ports: Ports,
  { queue, version, batchSize }: ServiceSettings,
  claim: (signal: AbortSignal) => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> => {
  const { clock, chance, ids, world } = process
  const { eventStore, directory, importLog, profiles, imports } = ports
  const failed = (what: string) => (error: unknown) => {
    process.say(() => `${what} failed: ${error instanceof Error ? error.message : String(error)}`)
    if (!(error instanceof SimulatedFault)) world.violate(`${what}: unexpected ${error}`)
  }
  const projecting: EventProcessorObserver = {
    applied: () => {},
    failed: (name, error) => failed(name)(error),
    recovered: (name) => process.say(() => `${name} goes on`),
  }
  const parts: PipelineParts['parts'] = {
    stopped: (part, { type }) => world.violate(`a defect has stopped ${part}: ${type}`),
    works: () => {},
  }
  await ensureVersion(ports.profilesProjection, profiles, eventStore, process, log, signal)
  await ensureVersion(ports.importsProjection, imports, eventStore, process, log, signal)
  if (!(await claim(signal))) return
  process.say(() => 'begins')
  const checkpoints: Checkpoints = new Map([
    ['profiles', () => directory.checkpoint()],
    ['imports', () => importLog.checkpoint()],
  ])
  await runPipeline(
    {
      ...{ eventStore, importLog, clock, chance, queue, parts },
      importing: {
        ...{ eventStore, directory, importLog, clock, chance, ids },
        source: ports.source,
        settings: {
          rules: version.rules,
          profilesVersion: ports.profilesProjection.version,
          batchSize,
          workingSetBatches,
        },
        prefetch: prefetchOf({ batchSize }),
        observer: {
          imported: ({ taken, absorbed }) => process.say(() => `has imported ${taken}, absorbed ${absorbed}`),
          conflicted: (stream) => process.say(() => `conflict on ${stream}`),
          appendUnknown: () => {},
          replaysRefused: () => {},
          failed: failed('import'),
          recovered: () => process.say(() => 'import goes on'),
          defect: (error) => world.violate(`a message made the code throw: ${error}`),
        },
      },
      replying: { sink: ports.sink, onReplied: () => {} },
      beside: [
        readModelProjector(ports.profilesProjection, profiles),
        readModelProjector(ports.importsProjection, imports),
      ].map(
        (projector) => (ending) =>
          runPart(
            projector.name,
            () => runEventProcessor(projector, eventStore, process, projecting, ending),
            parts,
          ),
      ),
      readModels: checkpoints,
      projected: checkpoints,
      repliesFrom: undefined,
      projecting,
      starting: { failed: failed('start'), recovered: () => {} },
    },
    signal,
  )
}

/** What the command `rebuild` does. */
export const runRebuild = async (
  ports: Ports,
  name: 'profiles' | 'imports',
  signal: AbortSignal,
): Promise<void> => {
  await (name === 'profiles'
    ? rebuild(ports.profilesProjection, ports.profiles, ports.eventStore, signal, () => {})
    : rebuild(ports.importsProjection, ports.imports, ports.eventStore, signal, () => {}))
}
