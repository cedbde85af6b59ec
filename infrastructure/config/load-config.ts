import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type { DatabasesFile } from '../../domain/definitions/definitions.ts'
import { definitionsOf } from '../../domain/definitions/definitions-of.ts'
import { definitionsVersion } from '../../domain/definitions/definitions-version.ts'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { type Limits, limitsFrom } from '../../domain/limits.ts'
import type { ImportRules } from '../../domain/rules.ts'
import { decodeSettings } from './decode-settings.ts'
import { checkFilesIn } from './files-in-url.ts'
import { loadDatabases } from './load-databases.ts'
import { readJsonFile, readTextFile } from './read-file.ts'
import type { Settings } from './settings.ts'
import { every, inSetting, type Valid } from './valid.ts'

/** Plain data, so that it can be passed to a worker thread. */
export type ConfigData = Omit<Settings, 'LOG_FILE'> & {
  readonly LOG_FILE: string
  /** Validated. Undefined: every database exists and accepts any field. */
  readonly databases: DatabasesFile | undefined
}

export type Config = ConfigData & {
  readonly rules: ImportRules
  /** Changes with the identity keys of profiles; the read model is then rebuilt. */
  readonly definitionsVersion: string
}

export interface ConfigSources {
  /** Must exist if given; otherwise `defaultConfigFile` in the working directory is read if it exists. */
  readonly configFile?: string
  readonly dataFolder: string
  readonly env: NodeJS.ProcessEnv
}

export const defaultConfigFile = 'main.json'

export const readSettings = ({ configFile }: Pick<ConfigSources, 'configFile'>): Valid<JsonObject> => {
  const path = configFile ?? defaultConfigFile
  if (configFile === undefined && !existsSync(path)) return E.right({})
  return pipe(
    readJsonFile(path),
    E.filterOrElse(isJsonObject, () => 'must be a JSON object'),
    E.mapLeft((mistake) => [`${path}: ${mistake}`]),
  )
}

const definitionOfIn = (databases: DatabasesFile | undefined): ImportRules['definitionOf'] => {
  if (databases === undefined) return () => undeclared
  const definitions = definitionsOf(databases)
  if (E.isLeft(definitions)) throw new Error(definitions.left.join('; '))
  return definitions.right
}

/** Every limit needs a setting with its name; otherwise this does not compile. */
const limitsIn = (data: ConfigData): Limits =>
  limitsFrom((name) => data[`MAX_${name.toUpperCase() as Uppercase<typeof name>}`])

export const completeConfig = (data: ConfigData): Config => ({
  ...data,
  rules: {
    limits: limitsIn(data),
    ...(data.DEFAULT_COUNTRY === undefined ? {} : { defaultCountry: data.DEFAULT_COUNTRY }),
    ambiguousMatch: data.AMBIGUOUS_MATCH,
    definitionOf: definitionOfIn(data.databases),
  },
  definitionsVersion: definitionsVersion(data.databases),
})

/** A refusal keeps its message, which may be six times as long when escaped as JSON. */
const maxMessageBytesOnEventStoreDb = 131_072

const checkTogether = (settings: Settings): Valid<Settings> =>
  settings.EVENTSTORE_URL === undefined || settings.MAX_MESSAGE_BYTES <= maxMessageBytesOnEventStoreDb
    ? E.right(settings)
    : E.left([
        `MAX_MESSAGE_BYTES: must be at most ${maxMessageBytesOnEventStoreDb} with EVENTSTORE_URL, because EventStoreDB limits events to 1 MiB`,
      ])

/** The files that the settings name. */
const loadFiles = (settings: Partial<Settings>) =>
  every({
    eventStore: pipe(checkFilesIn(settings.EVENTSTORE_URL), inSetting('EVENTSTORE_URL')),
    mongoDb: pipe(checkFilesIn(settings.MONGODB_URL), inSetting('MONGODB_URL')),
    authorities: pipe(readAuthorities(settings.RABBITMQ_CA_FILE), inSetting('RABBITMQ_CA_FILE')),
    databases: pipe(loadDatabases(settings.DATABASES_FILE), inSetting('DATABASES_FILE')),
  })

const readAuthorities = (path: string | undefined): Valid<unknown> =>
  path === undefined ? E.right(path) : pipe(readTextFile(path), E.mapLeft(RA.of))

/**
 * All settings, decoded once; environment variables override the JSON file. Left: one line for each mistake, without
 * values.
 */
export const loadConfig = (sources: ConfigSources, file = readSettings(sources)): Valid<Config> =>
  pipe(
    file,
    E.map((file) => decodeSettings(file, sources.env)),
    E.flatMap(({ all, valid }) =>
      every({ settings: pipe(all, E.flatMap(checkTogether)), files: loadFiles(valid) }),
    ),
    E.map(({ settings, files: { databases } }) => {
      const LOG_FILE = settings.LOG_FILE ?? join(sources.dataFolder, 'job_server.log')
      return completeConfig({ ...settings, LOG_FILE, databases })
    }),
  )
