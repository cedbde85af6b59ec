import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { type CliSettings, exitOf, startCli } from '../demo/run-cli.ts'
import type { Workbench } from './bench-run.ts'
import type { Queues } from './queues.ts'

export interface Service {
  readonly pid: number
  /** The lines that it has logged as a warning or an error. */
  readonly warnings: ReadonlyArray<string>
  /** Since the last call. */
  loopDelay(): Promise<LoopDelay>
}

/** The event-loop delay, in milliseconds. Null if the service does not report it. */
export interface LoopDelay {
  readonly p99: number | null
  readonly max: number | null
}

/** A data folder, and the servers that replace what is in it, if any. */
export interface ServiceStores {
  readonly dataFolder: string
  readonly servers: Pick<CliSettings, 'EVENTSTORE_URL' | 'MONGODB_URL'>
}

/** Runs the compiled service in a separate process until `use` is done. */
export const withService = async <A>(
  run: Pick<Workbench, 'folder' | 'brokerUrl'>,
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
    compiled: true,
  })
  const warnings: Array<string> = []
  try {
    const port = await portOf(child.stderr, warnings)
    return await use({
      pid: child.pid ?? 0,
      warnings,
      loopDelay: async () => {
        const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
        const delay = (which: string) => {
          const seconds = new RegExp(`^nodejs_eventloop_lag_${which}_seconds ([\\d.e+-]+)$`, 'm').exec(
            metrics,
          )
          return seconds === null ? null : 1000 * Number(seconds[1])
        }
        return { p99: delay('p99'), max: delay('max') }
      },
    })
  } finally {
    child.kill('SIGTERM')
    await exitOf(child)
  }
}

/** From the service's log, which is read to its end: a full pipe would block the service. */
const portOf = (log: NodeJS.ReadableStream | null, warnings: Array<string>): Promise<number> =>
  new Promise((resolve, reject) => {
    if (log === null) return reject(new Error('no log'))
    const lines = createInterface({ input: log })
    lines.on('line', (line) => {
      const port = /"port":(\d+)/.exec(line)?.[1]
      if (port !== undefined) resolve(Number(port))
      if (/"level":[123]0/.test(line)) return
      warnings.push(line)
      process.stderr.write(`${line}\n`)
    })
    lines.on('close', () => reject(new Error('serve has ended')))
  })

/**
 * In megabytes: the peak of all resident memory, or of memory without mapped files. Null if the system does not report
 * it.
 */
export const memoryOf = async (pid: number, what: 'VmHWM' | 'RssAnon'): Promise<number | null> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kilobytes = new RegExp(`^${what}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024)
}
