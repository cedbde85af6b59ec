import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CliSettings, exitOf, startCli } from '../../../demo/run-cli.ts'
import { guardAgainstOrphans } from '../../support/servers/orphan-guard.ts'
import { until } from '../../support/until.ts'

/** `serve`, restarted whenever it ends, as a service manager does. */
export interface SupervisedService {
  /** The exit statuses with which it ended by itself, and when: milliseconds since 1970. */
  readonly ends: ReadonlyArray<{ readonly status: number | null; readonly at: number }>
  /** When it reported that it had begun to consume the queue: milliseconds since 1970. */
  readonly owned: ReadonlyArray<number>
  pid(): number
  signal(name: NodeJS.Signals): void
  /** SIGKILL; it is started again after this many milliseconds. */
  kill(downMs: number): Promise<void>
  isReady(): Promise<boolean>
  /** SIGTERM. Resolves with its exit status; it is not started again. */
  stop(): Promise<number | null>
  start(): void
  /** Kills it if it still runs. It is never started again. */
  dispose(): Promise<void>
}

export interface SupervisedOptions {
  readonly folder: string
  readonly dataFolder: string
  /** The file for its standard error. */
  readonly logFile: string
  readonly settings: CliSettings & { readonly HTTP_PORT: string }
}

const restartMs = 500

export const superviseService = (options: SupervisedOptions): SupervisedService => {
  const { folder, dataFolder, logFile, settings } = options
  const log = createWriteStream(logFile, { flags: 'a' })
  const ends: Array<{ status: number | null; at: number }> = []
  const owned: Array<number> = []
  let child: ChildProcess | undefined
  /** The child that is meant to end. */
  let wanted: ChildProcess | undefined
  let disposed = false

  const hear = (line: string) => {
    log.write(`${line}\n`)
    if (line.includes('consuming the import queue')) owned.push(Date.now())
  }
  const start = () => {
    if (disposed) return
    const started = startCli(['serve', '--data', dataFolder], {
      folder,
      settings,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child = started
    if (started.stderr !== null) createInterface({ input: started.stderr }).on('line', hear)
    const callOff = guardAgainstOrphans('kill -s KILL "$0"', String(started.pid))
    started.once('exit', () => {
      callOff()
      if (wanted === started) return
      ends.push({ status: started.exitCode, at: Date.now() })
      setTimeout(start, restartMs)
    })
  }
  const current = (): ChildProcess => {
    if (child?.pid === undefined) throw new Error('the service is not started')
    return child
  }
  const running = async (): Promise<ChildProcess> => {
    await until(() => child !== undefined && child.exitCode === null && child.signalCode === null)
    return current()
  }
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = await running()
    wanted = ending
    const exited = once(ending, 'exit')
    ending.kill(signal)
    await exited
    return exitOf(ending)
  }
  return {
    ends,
    owned,
    pid: () => current().pid ?? 0,
    signal: (name) => current().kill(name),
    kill: async (downMs) => {
      await end('SIGKILL')
      await sleep(downMs)
      start()
    },
    isReady: async () => {
      try {
        return (await fetch(`http://127.0.0.1:${settings.HTTP_PORT}/health/ready`)).ok
      } catch {
        return false
      }
    },
    stop: () => end('SIGTERM'),
    start,
    dispose: async () => {
      disposed = true
      child?.kill('SIGKILL')
      if (child !== undefined) await exitOf(child)
    },
  }
}
