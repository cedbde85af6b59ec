import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { JsonObject } from '../../domain/json.ts'
import { redactUrl } from '../log/redact-url.ts'
import { decodeSettings, type Origin, originOf } from './decode-settings.ts'
import { type SettingName, settingNames } from './settings.ts'
import { type UnknownName, unknownNames } from './unknown-names.ts'
import type { Valid } from './valid.ts'

export interface ExplainedSetting {
  readonly name: SettingName
  /** Without passwords. Undefined if it is not set and has no default, or has a mistake. */
  readonly value: string | undefined
  readonly origin: Origin
}

/** Every setting, whether right or wrong: see `loadConfig` for the mistakes. */
export const explainSettings = (
  settingsFile: Valid<JsonObject>,
  env: NodeJS.ProcessEnv,
): ReadonlyArray<ExplainedSetting> => {
  const file = contentOf(settingsFile)
  const { valid } = decodeSettings(file, env)
  return settingNames.map((name) => ({
    name,
    value: valid[name] === undefined ? undefined : redactUrl(String(valid[name])),
    origin: originOf(name, file, env),
  }))
}

export interface UnknownInSources {
  /** Ignored, since other programs may share the file. */
  readonly inFile: ReadonlyArray<UnknownName>
  /** Only those that resemble a setting. */
  readonly inEnvironment: ReadonlyArray<UnknownName>
}

export const unknownIn = (settingsFile: Valid<JsonObject>, env: NodeJS.ProcessEnv): UnknownInSources => ({
  inFile: unknownNames(Object.keys(contentOf(settingsFile))),
  inEnvironment: unknownNames(Object.keys(env)).filter(({ meant }) => meant !== undefined),
})

const contentOf = (settingsFile: Valid<JsonObject>): JsonObject =>
  pipe(
    settingsFile,
    E.getOrElse((): JsonObject => ({})),
  )
