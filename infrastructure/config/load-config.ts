import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { DatabasesFile } from '../../domain/definitions/definitions.ts'
import { definitionsOf } from '../../domain/definitions/definitions-of.ts'
import { keysVersion } from '../../domain/definitions/keys-version.ts'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { type Limits, limitsFrom } from '../../domain/limits.ts'
import type { ImportRules } from '../../domain/rules.ts'
import { decodeSettings } from './decode-settings.ts'
import { mistakesInFilesOf } from './files-in-url.ts'
import { loadDatabases } from './load-databases.ts'
import { readJsonFile, readTextFile } from './read-file.ts'
import type { Settings } from './settings.ts'

/** Plain data, so that it can be passed to a worker thread. */
export type ConfigData = Omit<Settings, 'LOG_FILE'> & {
  readonly LOG_FILE: string
  /** Validated. Undefined: every database exists and accepts any field. */
  readonly databases: DatabasesFile | undefined
}

export type Config = ConfigData & {
  readonly rules: ImportRules
  /** Changes with the identity keys of profiles; the read model is then rebuilt. */
  readonly keysVersion: string
}

interface ConfigSources {
  /** Must exist if given; otherwise `main.json` in the working directory is read if it exists. */
  readonly configFile?: string
  readonly dataFolder: string
  readonly env: NodeJS.ProcessEnv
}

const readSettings = (configFile: string | undefined): E.Either<ReadonlyArray<string>, JsonObject> => {
  const path = configFile ?? 'main.json'
  if (configFile === undefined && !existsSync(path)) return E.right({})
  const json = readJsonFile(path)
  if (E.isLeft(json)) return E.left([`${path}: ${json.left}`])
  return isJsonObject(json.right) ? E.right(json.right) : E.left([`${path}: must be a JSON object`])
}

const definitionOfIn = (databases: DatabasesFile | undefined): ImportRules['definitionOf'] => {
  if (databases === undefined) return () => undeclared
  const definitions = definitionsOf(databases)
  if (E.isLeft(definitions)) throw new Error(definitions.left.join('; '))
  return definitions.right
}

/** Each limit has a setting of its name: else this does not compile. */
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
  keysVersion: keysVersion(data.databases),
})

/** A refusal keeps its message, which may be six times as long when escaped as JSON. */
const maxMessageBytesOnEventStoreDb = 131_072

/**
 * All settings, decoded once; environment variables override the JSON file. Names in the file that are not settings are
 * ignored, because it is shared with the vendor's system. Left: one line for each mistake, without values.
 */
export const loadConfig = (sources: ConfigSources): E.Either<ReadonlyArray<string>, Config> => {
  const file = readSettings(sources.configFile)
  if (E.isLeft(file)) return file
  const settings = decodeSettings(file.right, sources.env)
  if (E.isLeft(settings)) return settings

  const { RABBITMQ_CA_FILE, DATABASES_FILE, LOG_FILE } = settings.right
  const { EVENTSTORE_URL, MAX_MESSAGE_BYTES } = settings.right
  if (EVENTSTORE_URL !== undefined && MAX_MESSAGE_BYTES > maxMessageBytesOnEventStoreDb) {
    return E.left([
      `MAX_MESSAGE_BYTES: must be at most ${maxMessageBytesOnEventStoreDb} with EVENTSTORE_URL, because EventStoreDB limits events to 1 MiB`,
    ])
  }
  const authorities = RABBITMQ_CA_FILE === undefined ? E.right('') : readTextFile(RABBITMQ_CA_FILE)
  const databases = loadDatabases(DATABASES_FILE)
  const inUrls = (['EVENTSTORE_URL', 'MONGODB_URL'] as const).flatMap((name) =>
    mistakesInFilesOf(settings.right[name]).map((mistake) => `${name}: ${mistake}`),
  )
  if (E.isLeft(authorities) || E.isLeft(databases) || inUrls.length > 0) {
    return E.left([
      ...inUrls,
      ...(E.isLeft(authorities) ? [`RABBITMQ_CA_FILE: ${authorities.left}`] : []),
      ...(E.isLeft(databases) ? databases.left.map((mistake) => `DATABASES_FILE: ${mistake}`) : []),
    ])
  }
  return E.right(
    completeConfig({
      ...settings.right,
      LOG_FILE: LOG_FILE ?? join(sources.dataFolder, 'job_server.log'),
      databases: databases.right,
    }),
  )
}
