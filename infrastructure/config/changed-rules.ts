import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { printableName } from '../../domain/reason.ts'
import { type Config, type ConfigSources, loadConfig, readSettings } from './load-config.ts'
import { loadDatabases } from './load-databases.ts'
import { readJsonFile } from './read-file.ts'
import { type SettingName, settingNames } from './settings.ts'
import { unknownNames } from './unknown-names.ts'
import { every, inSetting, type Valid } from './valid.ts'

/** The settings that a file of rules may contain: those that affect outcomes, except DATABASES_FILE. */
export const ruleNames: ReadonlyArray<SettingName> = settingNames.filter((name) =>
  /^(MAX_.*|DEFAULT_COUNTRY|AMBIGUOUS_MATCH)$/.test(name),
)

export interface RulesFiles {
  readonly rules?: string
  readonly databases?: string
}

/**
 * The present settings with the rules of a file instead of the present ones, and with other databases. What the file
 * does not name stays as it is; null is the default. Left: one line for each mistake, which begins with the option.
 */
export const changedRules = (sources: ConfigSources, { rules, databases }: RulesFiles): Valid<Config> =>
  pipe(
    every({
      present: readSettings(sources),
      rules: rules === undefined ? E.right({}) : readRules(rules),
      databases: pipe(loadDatabases(databases), inSetting('--databases')),
    }),
    E.flatMap(({ present, rules: changed }) => {
      const replaced = { ...changed, ...(databases !== undefined && { DATABASES_FILE: databases }) }
      const settings = Object.entries({ ...present, ...replaced }).filter(([, value]) => value !== null)
      const env = Object.fromEntries(
        Object.entries(sources.env).filter(([name]) => !Object.hasOwn(replaced, name)),
      )
      return pipe(
        loadConfig({ ...sources, env }, E.right(Object.fromEntries(settings))),
        rules === undefined ? (config) => config : inSetting(`--rules: ${rules}`),
      )
    }),
  )

const readRules = (path: string): Valid<JsonObject> =>
  pipe(
    readJsonFile(path),
    E.filterOrElse(isJsonObject, () => 'must be a JSON object'),
    E.mapLeft(RA.of),
    E.filterOrElse(
      (content) => mistakesInNames(content).length === 0,
      (content) => (isJsonObject(content) ? mistakesInNames(content) : []),
    ),
    inSetting(`--rules: ${path}`),
  )

const mistakesInNames = (content: JsonObject): ReadonlyArray<string> => {
  const names = Object.keys(content)
  const others = settingNames.filter((name) => names.includes(name) && !ruleNames.includes(name))
  return [
    ...others.map((name) =>
      name === 'DATABASES_FILE'
        ? `${name}: give this file with --databases`
        : `${name}: does not affect outcomes; only ${ruleNames.join(', ')} do`,
    ),
    ...unknownNames(names).map(
      ({ name, meant }) =>
        `${printableName(name)}: is not a setting${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    ),
  ]
}
