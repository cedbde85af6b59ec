import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { JsonObject } from '../../domain/json.ts'
import { redactUrl } from '../log/redact-url.ts'
import { decodeSettings, type Origin, originOf } from './decode-settings.ts'
import { type ConfigSources, readSettings } from './load-config.ts'
import { type SettingName, settingNames } from './settings.ts'
import { type UnknownName, unknownNames } from './unknown-names.ts'

export interface ExplainedSetting {
  readonly name: SettingName
  /** Without passwords. Undefined if it is not set and has no default, or has a mistake. */
  readonly value: string | undefined
  readonly origin: Origin
}

export interface ExplainedConfig {
  readonly settings: ReadonlyArray<ExplainedSetting>
  /** Ignored, since other programs may share the file. */
  readonly unknownInFile: ReadonlyArray<UnknownName>
  /** Only those that resemble a setting. */
  readonly unknownInEnvironment: ReadonlyArray<UnknownName>
}

/** What the sources say, whether right or wrong: see `loadConfig` for the mistakes. */
export const explainConfig = (sources: ConfigSources): ExplainedConfig => {
  const { env } = sources
  const file = pipe(
    readSettings(sources),
    E.getOrElse((): JsonObject => ({})),
  )
  const { valid } = decodeSettings(file, env)
  return {
    settings: settingNames.map((name) => ({
      name,
      value: valid[name] === undefined ? undefined : redactUrl(String(valid[name])),
      origin: originOf(name, file, env),
    })),
    unknownInFile: unknownNames(Object.keys(file)),
    unknownInEnvironment: unknownNames(Object.keys(env)).filter(({ meant }) => meant !== undefined),
  }
}
