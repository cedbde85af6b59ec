import { parentPort, workerData } from 'node:worker_threads'
import { readModelProjector } from '../../projections/read-model-projector.ts'
import { runProjector } from '../../projections/run-projector.ts'
import { completeConfig } from '../config/load-config.ts'
import { systemClock } from '../system/system-clock.ts'
import { outlastStores } from './outlast.ts'
import type { ReadModelsReport, ReadModelsWork } from './project-read-models.ts'
import { connectStores } from './stores.ts'
import { untilAbort } from './until-abort.ts'
import { createWorkGroup } from './work-group.ts'

// Started by `projectReadModels`.

const ending = new AbortController()
parentPort?.once('message', () => ending.abort())
const report = (...what: ReadModelsReport) => parentPort?.postMessage(what)
const observer = {
  applied: (projection: string, events: number, milliseconds: number) =>
    report('applied', projection, events, milliseconds),
  failed: (projection: string, error: unknown) => report('failed', projection, error),
}

const { config, dataFolder, names }: ReadModelsWork = workerData
const stores = await connectStores(completeConfig(config), dataFolder, systemClock, 'write')
const projectors = {
  profiles: readModelProjector(stores.profilesProjection, stores.profiles),
  imports: readModelProjector(stores.importsProjection, stores.imports),
}
const work = createWorkGroup()
const onStoreAway = (error: unknown) => {
  for (const name of names) observer.failed(name, error)
}
try {
  await outlastStores(() => stores.prepare(), systemClock, onStoreAway, ending.signal)
  for (const name of names) {
    work.start((signal) => runProjector(projectors[name], stores.eventStore, systemClock, observer, signal))
  }
  await untilAbort(AbortSignal.any([ending.signal, work.stopped]))
} finally {
  await work.end().finally(() => stores.close())
  // Listening, it would keep the thread alive.
  parentPort?.close()
}
