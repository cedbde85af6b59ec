import { parentPort, workerData } from 'node:worker_threads'
import { CannotGoOn } from '../../application/cannot-go-on.ts'
import type { LoggedError } from '../../application/error-without-text.ts'
import type { ServiceLogger } from '../../application/ports/service-logger.ts'
import type { EventProcessorObserver } from '../../application/processing/run-event-processor.ts'
import { eachReadModel } from '../../projections/registry.ts'
import { runComponent } from '../../service/components.ts'
import { keepUpToDate } from '../../service/keep-up-to-date.ts'
import { type OutlastObserver, outlastStores } from '../../service/outlast.ts'
import { untilAbort } from '../../service/until-abort.ts'
import { createWorkGroup } from '../../service/work-group.ts'
import { completeConfig } from '../config/load-config.ts'
import { systemChance } from '../system/system-chance.ts'
import { systemClock } from '../system/system-clock.ts'
import type { ReadModelsReport, ReadModelsWork } from './project-read-models.ts'
import { connectStores } from './stores.ts'

// Started by `projectReadModels`.

const ending = new AbortController()
parentPort?.once('message', () => ending.abort())
const report = (what: ReadModelsReport) => parentPort?.postMessage(what)
const observer: EventProcessorObserver = {
  applied: (...applied) => report({ tag: 'Applied', applied }),
  failed: (name, { store, kind, message }) => report({ tag: 'Failed', name, store, kind, text: message }),
  recovered: (name) => report({ tag: 'Recovered', name }),
}
const logged =
  (level: keyof ServiceLogger) =>
  (...line: [fields: object, text: string]) =>
    report({ tag: 'Logged', level, line })
const logger: ServiceLogger = { info: logged('info'), warn: logged('warn'), error: logged('error') }
const stopped = (name: string, error: LoggedError) => report({ tag: 'Stopped', name, error })

const { config, dataFolder, names }: ReadModelsWork = workerData
const ports = { clock: systemClock, chance: systemChance }
const stores = await connectStores(completeConfig(config), dataFolder, systemClock, 'write', logger)
const projecting = { ...ports, projectedLog: stores.projectedLog, observer, logger }
const work = createWorkGroup()
const starting: OutlastObserver = {
  failed: (trouble) => {
    for (const name of names) observer.failed(name, trouble)
  },
  recovered: () => {
    for (const name of names) observer.recovered(name)
  },
}
try {
  await outlastStores(() => stores.connect(), ports, starting, ending.signal)
  const projectors = eachReadModel(
    stores,
    (readModel, name) => (signal: AbortSignal) =>
      runComponent(name, () => keepUpToDate(readModel, projecting, signal), { stopped }),
    names,
  )
  for (const project of projectors) work.start(project)
  await untilAbort(AbortSignal.any([ending.signal, work.stopped]))
  await work.end()
} catch (error) {
  if (!(error instanceof CannotGoOn)) throw error
  report({ tag: 'CannotGoOn', text: error.message })
} finally {
  await work.end().catch(() => {})
  await stores.close()
  // A listener would keep the thread alive.
  parentPort?.close()
}
