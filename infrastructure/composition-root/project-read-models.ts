import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { CannotGoOn } from '../../application/cannot-go-on.ts'
import { errorWithoutText, type LoggedError } from '../../application/error-without-text.ts'
import type { ServiceLogger } from '../../application/ports/service-logger.ts'
import { type Store, StoreTrouble, type TroubleKind } from '../../application/ports/store-trouble.ts'
import type { EventProcessorObserver } from '../../application/processing/run-event-processor.ts'
import type { ReadModelName } from '../../projections/registry.ts'
import type { Components } from '../../service/components.ts'
import type { Config, ConfigData } from '../config/load-config.ts'
import { systemClock } from '../system/system-clock.ts'

/** The input of the thread. */
export interface ReadModelsWork {
  readonly config: ConfigData
  readonly dataFolder: string
  readonly names: ReadonlyArray<ReadModelName>
}

/** The reports of the thread. Errors lose their class on the way. */
export type ReadModelsReport =
  | { readonly tag: 'Applied'; readonly applied: Parameters<EventProcessorObserver['applied']> }
  | ({ readonly tag: 'Failed'; readonly name: string } & TroubleReport)
  | { readonly tag: 'Recovered'; readonly name: string }
  | { readonly tag: 'Stopped'; readonly name: string; readonly error: LoggedError }
  | {
      readonly tag: 'Logged'
      readonly level: keyof ServiceLogger
      readonly line: [fields: object, text: string]
    }
  | { readonly tag: 'CannotGoOn'; readonly text: string }

interface TroubleReport {
  readonly store: Store
  readonly kind: TroubleKind
  readonly text: string
}

/** Milliseconds that the thread has to finish what it does, and to close its stores. */
const closeTimeout = 3000

/** This runs as TypeScript in a checkout, and as JavaScript when installed. */
const entry = import.meta.url.endsWith('.ts') ? './read-models-thread.ts' : './read-models-thread.js'

/**
 * Keeps read models up to date until the signal aborts, in a worker thread: projecting costs as much as the rest of an
 * import together, and nobody waits for it. The live generations that importing looks up must have the version of this
 * process. `stopped` is called for a projection that a defect ends; the others continue.
 * @throws CannotGoOn
 */
export const projectReadModels = async (
  { config, dataFolder, names }: Omit<ReadModelsWork, 'config'> & { readonly config: Config },
  observer: EventProcessorObserver,
  components: Pick<Components, 'stopped'>,
  logger: ServiceLogger,
  signal: AbortSignal,
): Promise<void> => {
  if (signal.aborted) return
  const { rules, definitionsVersion, ...data } = config
  const work: ReadModelsWork = { config: data, dataFolder, names }
  const thread = new Worker(new URL(entry, import.meta.url), { workerData: work })
  const ended = new AbortController()
  let isTerminated = false
  const end = async () => {
    thread.postMessage('end')
    await systemClock.sleep(closeTimeout, ended.signal)
    if (ended.signal.aborted) return
    // It waits for a store. Whatever it has in hand is repeated after the next start.
    isTerminated = true
    await thread.terminate()
  }
  const onAbort = () => void end()
  let ending: CannotGoOn | undefined
  thread.on('message', (report: ReadModelsReport) => {
    switch (report.tag) {
      case 'Applied':
        return observer.applied(...report.applied)
      case 'Failed':
        return observer.failed(report.name, new StoreTrouble(report.store, report.kind, report.text))
      case 'Recovered':
        return observer.recovered(report.name)
      case 'Stopped':
        return components.stopped(report.name, report.error)
      case 'Logged':
        return logger[report.level](...report.line)
      case 'CannotGoOn':
        ending = new CannotGoOn(report.text)
        return void end()
    }
  })
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    // Rejects with what the thread throws.
    const [status] = await once(thread, 'exit')
    // With a status other than 0: it was still waiting when nothing more could happen.
    if (ending === undefined && !isTerminated && (status !== 0 || !signal.aborted)) {
      throw new Error('the read-model thread has ended')
    }
  } catch (error) {
    for (const name of names) components.stopped(name, errorWithoutText(error))
  } finally {
    ended.abort()
    signal.removeEventListener('abort', onAbort)
  }
  if (ending !== undefined) throw ending
}
