import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import { onTestFinished, vi } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { settingNames } from '../../../infrastructure/config/settings.ts'

// Every command is a new process: a busy machine needs its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const main = fileURLToPath(new URL('../../../infrastructure/cli/main.ts', import.meta.url))
const loader = new URL('../../../register-typescript.js', import.meta.url).href
const nodeArguments = ['--import', loader, main]

export interface Exit {
  /** Null if a signal ended it. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningCli {
  readonly child: ChildProcessWithoutNullStreams
  readonly exited: Promise<Exit>
  /** Complete lines of standard output so far. */
  lines(): ReadonlyArray<string>
  /** Resolves when that many lines are out; rejects if the process ends before. */
  waitForLines(count: number): Promise<void>
  feed(...messages: ReadonlyArray<JsonObject | string>): void
  kill(signal: NodeJS.Signals): Promise<Exit>
}

interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Standard input; empty by default. */
  readonly input?: string | Uint8Array
}

/** The command line as a user has it: a separate process in a separate folder. */
export interface CliHome {
  readonly folder: string
  readonly data: string
  /** Writes a file into the folder; returns its path. */
  write(name: string, content: string | Uint8Array): string
  start(args: ReadonlyArray<string>, env?: Readonly<Record<string, string>>): RunningCli
  run(args: ReadonlyArray<string>, options?: CliOptions): Promise<Exit>
  /** Imports from standard input; throws unless it exits with 0. */
  importing(messages: ReadonlyArray<JsonObject | string>, env?: CliOptions['env']): Promise<Array<JsonObject>>
  /** What a command prints; throws unless it exits with 0. */
  output(...args: ReadonlyArray<string>): Promise<Array<JsonObject>>
  /** The data file, as any SQL tool sees it. */
  sql<A>(use: (connection: Sqlite.Database) => A): A
  remove(): void
}

/** Tests ignore the caller's environment. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !settingNames.some((it) => it === name)))

export const linesOf = (text: string): ReadonlyArray<string> => text.split('\n').slice(0, -1)

export const parsed = (text: string): Array<JsonObject> => linesOf(text).map((line) => JSON.parse(line))

export const ndjson = (messages: ReadonlyArray<JsonObject | string>): string =>
  messages.map((it) => `${typeof it === 'string' ? it : JSON.stringify(it)}\n`).join('')

const watch = (child: ChildProcessWithoutNullStreams): RunningCli => {
  const [stdout, stderr]: [Array<Buffer>, Array<Buffer>] = [[], []]
  let lineCount = 0
  let ended = false
  let check = () => {}
  child.stdout.on('data', (chunk: Buffer) => {
    stdout.push(chunk)
    for (const byte of chunk) if (byte === 0x0a) lineCount += 1
    check()
  })
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  // A process that ends early leaves its input unread.
  child.stdin.on('error', () => {})
  const text = (chunks: ReadonlyArray<Buffer>) => Buffer.concat(chunks).toString()
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => {
      ended = true
      check()
      resolve({ status, stdout: text(stdout), stderr: text(stderr) })
    })
  })
  return {
    child,
    exited,
    lines: () => linesOf(text(stdout)),
    waitForLines: (count) =>
      new Promise((resolve, reject) => {
        check = () => {
          if (lineCount >= count) resolve()
          else if (ended) reject(new Error(`ended after ${lineCount} lines: ${text(stderr)}`))
        }
        check()
      }),
    feed: (...messages) => {
      child.stdin.write(ndjson(messages))
    },
    kill: (signal) => {
      child.kill(signal)
      return exited
    },
  }
}

/** Without `remove`, the folder stays: call it when the tests are done, or use `cliHome`. */
export const openCliHome = (): CliHome => {
  const folder = mkdtempSync(join(tmpdir(), 'profile-importer-cli-'))
  const data = join(folder, 'data')
  const children: Array<ChildProcessWithoutNullStreams> = []
  const start: CliHome['start'] = (args, env = {}) => {
    const child = spawn(process.execPath, [...nodeArguments, ...args], {
      cwd: folder,
      env: { ...cleanEnvironment(), ...env },
    })
    children.push(child)
    return watch(child)
  }
  const run: CliHome['run'] = (args, { env, input = '' } = {}) => {
    const running = start(args, env)
    running.child.stdin.end(input)
    return running.exited
  }
  const done = async (args: ReadonlyArray<string>, options?: CliOptions): Promise<Array<JsonObject>> => {
    const { status, stdout, stderr } = await run(args, options)
    if (status !== 0) throw new Error(`${args.join(' ')}: exit ${status}: ${stderr}`)
    return parsed(stdout)
  }
  return {
    folder,
    data,
    write: (name, content) => {
      const path = join(folder, name)
      writeFileSync(path, content)
      return path
    },
    start,
    run,
    importing: (messages, env) => done(['import'], { input: ndjson(messages), ...(env && { env }) }),
    output: (...args) => done(args),
    sql: (use) => {
      const connection = new Sqlite(join(data, 'events.sqlite'), { fileMustExist: true })
      // The names of the tables differ.
      connection.prepare('ATTACH ? AS read_model').run(join(data, 'read-model.sqlite'))
      try {
        return use(connection)
      } finally {
        connection.close()
      }
    },
    remove: () => {
      for (const child of children) child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A folder that is removed when the test ends, along with everything that runs in it. */
export const cliHome = (): CliHome => {
  const home = openCliHome()
  onTestFinished(home.remove)
  return home
}

/** The command line as a shell would start it. */
export const shellCommand = (...args: ReadonlyArray<string>): string =>
  [process.execPath, ...nodeArguments, ...args].map((word) => `'${word}'`).join(' ')

/** Runs a line of shell in the home's folder. */
export const shell = (home: CliHome, line: string): Exit => {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', line], {
    cwd: home.folder,
    env: cleanEnvironment(),
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

/** True if the command is not on the PATH. */
export const shellLacks = (command: string): boolean =>
  !(process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, command)))
