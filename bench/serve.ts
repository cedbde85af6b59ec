import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { type CliSettings, exitOf, startCli } from '../demo/run-cli.ts'
import type { BenchRun } from './bench-run.ts'
import type { Queues } from './queues.ts'

export interface Service {
  readonly pid: number
  /** The 99th percentile of the event loop's delay since this was last asked, in milliseconds. */
  loopDelayP99(): Promise<number | null>
}

/** A data folder, and the servers that stand for what is in it, if any. */
export interface ServiceStores {
  readonly dataFolder: string
  readonly servers: Pick<CliSettings, 'EVENTSTORE_URL' | 'MONGODB_URL'>
}

/** The service in a process of its own, until `use` is done. */
export const withService = async <A>(
  run: BenchRun,
  queues: Pick<Queues, 'imports' | 'results'>,
  { dataFolder, servers }: ServiceStores,
  use: (service: Service) => Promise<A>,
): Promise<A> => {
  const child = startCli(['serve', '--data', dataFolder], {
    folder: run.folder,
    settings: {
      ...servers,
      RABBITMQ_URL: run.brokerUrl,
      IMPORT_QUEUE: queues.imports,
      RESULT_QUEUE: queues.results,
      HTTP_PORT: '0',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  try {
    const port = await portOf(child.stderr)
    return await use({
      pid: child.pid ?? 0,
      loopDelayP99: async () => {
        const response = await fetch(`http://127.0.0.1:${port}/metrics`)
        const seconds = /^nodejs_eventloop_lag_p99_seconds ([\d.e+-]+)$/m.exec(await response.text())?.[1]
        return seconds === undefined ? null : 1000 * Number(seconds)
      },
    })
  } finally {
    child.kill('SIGTERM')
    await exitOf(child)
  }
}

/** From the service's log, which is read to its end: a full pipe would stop the service. */
const portOf = (log: NodeJS.ReadableStream | null): Promise<number> =>
  new Promise((resolve, reject) => {
    if (log === null) return reject(new Error('no log'))
    const lines = createInterface({ input: log })
    lines.on('line', (line) => {
      const port = /"port":(\d+)/.exec(line)?.[1]
      if (port !== undefined) resolve(Number(port))
      // Warnings and errors.
      if (!/"level":[123]0/.test(line)) process.stderr.write(`${line}\n`)
    })
    lines.on('close', () => reject(new Error('serve has ended')))
  })

/** Megabytes: the peak of all resident memory, or of what is no mapped file. Null where the system does not tell. */
export const memoryOf = async (pid: number, what: 'VmHWM' | 'RssAnon'): Promise<number | null> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = new RegExp(`^${what}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024)
}
