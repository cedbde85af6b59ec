import * as E from 'fp-ts/lib/Either.js'
import { printableName } from '../../domain/reason.ts'
import type { BrokerConfig } from '../composition-root/broker.ts'
import { connectStores, openStores, type Stores } from '../composition-root/stores.ts'
import { unknownIn } from '../config/explain-config.ts'
import { type Config, type ConfigSources, loadConfig, readSettings } from '../config/load-config.ts'
import { type FailureLog, openFailureLog } from '../log/failure-log.ts'
import { createLogger, type Logger } from '../log/logger.ts'
import { warnOfReaders } from '../log/warn-of-readers.ts'
import { requireLog } from '../sqlite/data-file.ts'
import { systemClock } from '../system/system-clock.ts'
import { isFolderOrFree } from '../system/usable-folder.ts'
import { sayWarning } from './output.ts'

export interface CommonOptions {
  readonly data: string
  readonly config?: string
}

/** The command cannot do what was asked: exit 1, with this one line. */
export class CommandFailed extends Error {}

/**
 * The command was called, or the program configured, in a way that cannot work: exit 2, with a line for each mistake.
 */
export class UsageError extends Error {
  constructor(lines: ReadonlyArray<string>) {
    super(lines.join('\n'))
  }
}

export const sourcesOf = ({ data, config }: CommonOptions): ConfigSources => ({
  ...(config === undefined ? {} : { configFile: config }),
  dataFolder: data,
  env: process.env,
})

/** `warn` is told names that are probably misspelt settings. @throws UsageError */
export const configOf = (options: CommonOptions, warn = sayWarning): Config => {
  if (!isFolderOrFree(options.data)) throw new UsageError([`--data: ${options.data}: is not a folder`])
  const sources = sourcesOf(options)
  const file = readSettings(sources)
  const { inFile, inEnvironment } = unknownIn(file, sources.env)
  for (const { name, meant } of [...inFile, ...inEnvironment])
    if (meant !== undefined) warn(`${printableName(name)}: is not a setting; did you mean ${meant}?`)
  const config = loadConfig(sources, file)
  if (E.isLeft(config)) throw new UsageError(config.left)
  return config.right
}

/** @throws UsageError */
export const brokerConfigOf = (config: Config): BrokerConfig => {
  const { RABBITMQ_URL } = config
  if (RABBITMQ_URL === undefined) throw new UsageError(['RABBITMQ_URL: must be set for this command'])
  return { ...config, RABBITMQ_URL }
}

/** @throws UsageError */
export const requireEmbeddedLog = ({ EVENTSTORE_URL }: Config): void => {
  if (EVENTSTORE_URL === undefined) return
  throw new UsageError([
    'EVENTSTORE_URL: must not be set for this command: a log on a server is backed up with the tools of the server',
  ])
}

export const loggerOf = (config: Config): Logger => createLogger(config)

/** For interactive commands: at the default level, only what is wrong is logged. */
export const quietLoggerOf = (config: Config): Logger =>
  createLogger({ LOG_LEVEL: config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL })

/** The failure log, for commands that import. Warns if others can access it. */
export const failureLogOf = (config: Config, { data }: CommonOptions, logger: Logger): FailureLog => {
  warnOfReaders(data, logger)
  return openFailureLog(config.LOG_FILE, logger)
}

/** For commands that only read; they may run beside a service. */
export const reading = async <A>(
  options: CommonOptions,
  use: (stores: Stores, config: Config) => Promise<A>,
): Promise<A> => withStores(options, 'read', use)

/** As `reading`, but does not contact the read models: they may be away. */
export const connecting = async <A>(
  options: CommonOptions,
  use: (stores: Stores, config: Config) => Promise<A>,
): Promise<A> => {
  const config = configOf(options)
  return closingAfterUse(await connectStores(config, options.data, systemClock, 'read'), config, use)
}

/** For commands that write, possibly beside a service, and create what is missing. */
export const writing = async <A>(
  options: CommonOptions,
  use: (stores: Stores, config: Config) => Promise<A>,
): Promise<A> => withStores(options, 'write', use)

/** For commands that write to existing stores. */
export const changing = async <A>(
  options: CommonOptions,
  use: (stores: Stores, config: Config) => Promise<A>,
  config = configOf(options),
): Promise<A> => withStores(options, 'change', use, config)

const withStores = async <A>(
  options: CommonOptions,
  access: 'read' | 'write' | 'change',
  use: (stores: Stores, config: Config) => Promise<A>,
  config = configOf(options),
): Promise<A> => {
  if (access === 'change' && config.EVENTSTORE_URL === undefined) requireLog(options.data)
  const stores = await openStores(config, options.data, systemClock, access === 'read' ? 'read' : 'write')
  return closingAfterUse(stores, config, use)
}

const closingAfterUse = async <A>(
  stores: Stores,
  config: Config,
  use: (stores: Stores, config: Config) => Promise<A>,
): Promise<A> => {
  try {
    return await use(stores, config)
  } finally {
    await stores.close()
  }
}
