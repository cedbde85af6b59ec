import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { settingNames } from '../infrastructure/config/settings.ts'

const main = fileURLToPath(new URL('../infrastructure/cli/main.ts', import.meta.url))
const compiledMain = fileURLToPath(new URL('../dist/infrastructure/cli/main.js', import.meta.url))
const loader = new URL('../register-typescript.js', import.meta.url).href

/** Settings, by name. No other setting of the environment reaches the command. */
export type CliSettings = Readonly<Partial<Record<(typeof settingNames)[number], string>>>

export interface CliOptions {
  /** A folder without a `main.json`. */
  readonly folder: string
  readonly settings?: CliSettings
  readonly stdio?: ['ignore', 'ignore' | 'pipe' | number, 'inherit' | 'pipe']
  /** URL of a module that is loaded before the command, in each of its threads. */
  readonly preload?: string | undefined
  /** Runs the output of `npm run build`, as in production, instead of the TypeScript of the checkout. */
  readonly compiled?: boolean
}

/** Starts a command of the command line in a separate process that can be observed. */
export const startCli = (argv: ReadonlyArray<string>, options: CliOptions): ChildProcess => {
  const env = { ...process.env }
  for (const name of settingNames) delete env[name]
  const { compiled = false, preload } = options
  const imports = [compiled ? undefined : loader, preload].flatMap((url) =>
    url === undefined ? [] : ['--import', url],
  )
  return spawn(process.execPath, [...imports, compiled ? compiledMain : main, ...argv], {
    cwd: options.folder,
    env: { ...env, ...options.settings },
    stdio: options.stdio ?? ['ignore', 'pipe', 'inherit'],
  })
}

/** The exit status of a child. */
export const exitOf = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

/** Runs a command to its end and returns the lines that it prints. @throws if its exit status is not 0 */
export const runCli = async (argv: ReadonlyArray<string>, options: CliOptions): Promise<Array<string>> => {
  const child = startCli(argv, options)
  const chunks: Array<Buffer> = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`profile-importer ${argv[0]} ended with status ${status}`)
  return Buffer.concat(chunks)
    .toString()
    .split('\n')
    .filter((line) => line !== '')
}
