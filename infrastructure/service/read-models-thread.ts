import { parentPort, workerData } from 'node:worker_threads'
import { readModelProjector } from '../../projections/read-model-projector.ts'
import { runProjector } from '../../projections/run-projector.ts'
import { completeConfig } from '../config/load-config.ts'
import { systemClock } from '../system/system-clock.ts'
import type { ReadModelsReport, ReadModelsWork } from './project-read-models.ts'
import { openStores } from './stores.ts'
import { createWorkGroup } from './work-group.ts'

// Started by `projectReadModels`.

const { config, dataFolder }: ReadModelsWork = workerData
const report = (...what: ReadModelsReport) => parentPort?.postMessage(what)
const stores = openStores(completeConfig(config), dataFolder, systemClock, 'write')
const work = createWorkGroup()
const observer = {
  applied: (projection: string, events: number, milliseconds: number) =>
    report('applied', projection, events, milliseconds),
  failed: (projection: string, error: unknown) => report('failed', projection, error),
}
for (const projector of [
  readModelProjector(stores.profilesProjection, stores.profiles),
  readModelProjector(stores.importsProjection, stores.imports),
]) {
  work.start((signal) => runProjector(projector, stores.eventStore, systemClock, observer, signal))
}
await new Promise<void>((resolve) => {
  parentPort?.once('message', () => resolve())
  work.stopped.addEventListener('abort', () => resolve())
})
await work.end().finally(() => {
  stores.close()
  // Listening, it would keep the thread alive.
  parentPort?.close()
})
