import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type CliSettings, startCli } from '../../../demo/run-cli.ts'
import { guardAgainstOrphans } from '../servers/orphan-guard.ts'
import { until } from '../until.ts'

export interface ServiceOptions {
  /** The working directory of the process; its data folder is in there. */
  readonly folder: string
  readonly dataFolder: string
  readonly settings: CliSettings
  readonly argv?: ReadonlyArray<string>
  /** URL of a module that is loaded before the service. */
  readonly preload?: string
}

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

/** A running `serve`. */
export interface Service {
  /** What it has logged to standard error, line by line. */
  readonly lines: ReadonlyArray<string>
  get(path: string): Promise<HttpAnswer>
  /** Waits until the service reports that it is ready. */
  ready(): Promise<void>
  /** Waits until a line of the log includes the text. */
  says(text: string): Promise<void>
  signal(name: NodeJS.Signals): void
  /** Resolves with its exit status when it has ended, null if a signal killed it. */
  readonly ended: Promise<number | null>
  /** SIGTERM, and waits for the end. Resolves with the exit status. */
  stop(): Promise<number | null>
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>
}

/** Starts `serve` of the real command line in a separate process. */
export const startService = (options: ServiceOptions): Service => {
  const { folder, dataFolder, settings, argv = [], preload } = options
  const child = startCli(['serve', '--data', dataFolder, ...argv], {
    folder,
    settings: { HTTP_PORT: '0', ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
    preload,
  })
  const callOff = guardAgainstOrphans('kill -s KILL "$0"', String(child.pid))
  const lines: Array<string> = []
  let running = true
  const ended = once(child, 'close').then(() => {
    running = false
    callOff()
    return child.exitCode
  })
  if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', (line) => lines.push(line))

  const whileRunning = (isSo: () => boolean | Promise<boolean>) =>
    until(async () => {
      if (await isSo()) return true
      if (!running) throw new Error(`the service has ended:\n${lines.join('\n')}`)
      return false
    })
  let port: number | undefined
  const listens = (): boolean => {
    port ??= lines.map(portIn).find((each) => each !== undefined)
    return port !== undefined
  }
  const get = async (path: string): Promise<HttpAnswer> => {
    await whileRunning(listens)
    const response = await fetch(`http://127.0.0.1:${port}${path}`)
    return { status: response.status, text: await response.text() }
  }
  return {
    lines,
    get,
    ready: () => whileRunning(async () => (await get('/health/ready')).status === 200),
    says: (text) => whileRunning(() => lines.some((line) => line.includes(text))),
    signal: (name) => child.kill(name),
    ended,
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Of a service that has ended: as all lines of its log, it is JSON. */
export const lastLine = ({ lines }: Service): unknown => JSON.parse(lines.at(-1) ?? '')

const portIn = (line: string): number | undefined => {
  const port = /"port":(\d+)/.exec(line)?.[1]
  return port === undefined ? undefined : Number(port)
}
