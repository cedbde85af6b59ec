import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../servers/free-port.ts'
import { guardAgainstOrphans } from '../../servers/orphan-guard.ts'
import { awaitServer } from './await-server.ts'
import type { PrivateServer } from './private-server.ts'

/** How to start a server program in the foreground. */
export interface ServerProgram {
  readonly command: string
  argumentsFor(port: number, dataFolder: string): ReadonlyArray<string>
  /** What its URL needs after host and port. */
  readonly urlOptions?: string
}

/** A private server program on this machine, started. */
export const startLocalServer = async (program: ServerProgram): Promise<PrivateServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'profile-importer-mongodb-'))
  const port = await freePort()
  const url = `mongodb://127.0.0.1:${port}${program.urlOptions ?? ''}`
  const logFile = join(folder, 'output.log')
  const dataFolder = join(folder, 'data')
  await mkdir(dataFolder)
  let server: ChildProcess | undefined

  const start = async () => {
    const log = await open(logFile, 'a')
    // In a separate process group, so that Ctrl-C does not reach it and all of it can be killed at once.
    const child = spawn(program.command, program.argumentsFor(port, dataFolder), {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    await log.close()
    child.on('error', () => {})
    child.unref()
    server = child
    const callOff = guardAgainstOrphans(endAndRemove, String(child.pid), folder)
    child.once('exit', callOff)
    await awaitServer(url, () => (running(child) ? undefined : `it ended at once, see ${logFile}`))
  }
  const kill = async () => {
    const child = server
    if (child?.pid === undefined || !running(child)) return
    const exited = once(child, 'exit')
    child.ref()
    process.kill(-child.pid, 'SIGKILL')
    await exited
  }
  const signal = async (name: NodeJS.Signals) => {
    if (server?.pid !== undefined) process.kill(-server.pid, name)
  }
  const dispose = async () => {
    await kill()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await start()
  } catch (error) {
    const output = await readFile(logFile, 'utf8').catch(() => '')
    await dispose()
    throw new Error(`${String(error)}\n${output.slice(-2000)}`)
  }
  return {
    url,
    start,
    kill,
    suspend: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    dispose,
  }
}

/** Kills the process group, then removes the folder; dying processes may still write into it for a moment. */
const endAndRemove = 'kill -s KILL -- "-$0"; until rm -rf "$1"; do sleep 1; done'

const running = (child: ChildProcess): boolean =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null
