import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ProjectorObserver } from '../../projections/run-projector.ts'
import type { Config, ConfigData } from '../config/load-config.ts'
import type { ReadModelName } from './roles.ts'

/** What the thread is given. */
export interface ReadModelsWork {
  readonly config: ConfigData
  readonly dataFolder: string
  readonly names: ReadonlyArray<ReadModelName>
}

/** What it tells, call by call. */
export type ReadModelsReport = {
  readonly [Name in keyof ProjectorObserver]: readonly [Name, ...Parameters<ProjectorObserver[Name]>]
}[keyof ProjectorObserver]

/** In a checkout this runs as TypeScript, when installed as JavaScript. */
const entry = import.meta.url.endsWith('.ts') ? './read-models-thread.ts' : './read-models-thread.js'

/**
 * Keeps read models up to date until the signal aborts, in a thread of its own: projecting costs as much as all the rest
 * of an import, and nobody waits for it. Their live generations must have the version of this process. Rejects when the
 * projections cannot go on.
 */
export const projectReadModels = async (
  config: Config,
  dataFolder: string,
  names: ReadonlyArray<ReadModelName>,
  observer: ProjectorObserver,
  signal: AbortSignal,
): Promise<void> => {
  if (signal.aborted) return
  const { rules, keysVersion, ...data } = config
  const work: ReadModelsWork = { config: data, dataFolder, names }
  const thread = new Worker(new URL(entry, import.meta.url), { workerData: work })
  thread.on('message', (report: ReadModelsReport) => tell(observer, report))
  const end = () => thread.postMessage('end')
  signal.addEventListener('abort', end, { once: true })
  try {
    // Rejects with what the thread throws.
    await once(thread, 'exit')
  } finally {
    signal.removeEventListener('abort', end)
  }
  if (!signal.aborted) throw new Error('the thread of the read models has ended')
}

const tell = (observer: ProjectorObserver, report: ReadModelsReport): void => {
  switch (report[0]) {
    case 'applied':
      observer.applied(report[1], report[2], report[3])
      break
    case 'failed':
      observer.failed(report[1], report[2])
  }
}
