import * as E from 'fp-ts/lib/Either.js'
import type { JsonObject } from '../../domain/json.ts'
import { lockOf } from '../rabbitmq/queue-lock.ts'
import { type SettingName, type Settings, settingNames, settings } from './settings.ts'
import type { Valid } from './valid.ts'

export type Origin = 'environment' | 'file' | 'default'

/** The environment takes precedence. A variable that is set but empty counts as not set. */
export const originOf = (name: SettingName, file: JsonObject, env: NodeJS.ProcessEnv): Origin => {
  if (env[name]) return 'environment'
  return Object.hasOwn(file, name) ? 'file' : 'default'
}

const decoderOf = (file: JsonObject, env: NodeJS.ProcessEnv) => (name: SettingName) => {
  const { codec, default: defaultValue } = settings[name]
  const origin = originOf(name, file, env)
  return origin === 'default' ? E.right(defaultValue) : codec.decode((origin === 'file' ? file : env)[name])
}

export interface DecodedSettings {
  /** Left: one line for each mistake, without the value, which may be a secret. */
  readonly all: Valid<Settings>
  /** Those without a mistake. */
  readonly valid: Partial<Settings>
}

export const decodeSettings = (file: JsonObject, env: NodeJS.ProcessEnv): DecodedSettings => {
  const mistakes: Array<string> = []
  const decoded: Partial<Record<SettingName, unknown>> = {}
  const decode = decoderOf(file, env)
  for (const name of settingNames) {
    const value = decode(name)
    if (E.isLeft(value)) mistakes.push(`${name}: must be ${settings[name].codec.name}`)
    else decoded[name] = value.right
  }
  const valid = decoded as Partial<Settings>
  const mistake = mistakeInQueues(valid)
  if (mistake !== undefined) mistakes.push(`RESULT_QUEUE: ${mistake}`)
  return { all: mistakes.length > 0 ? E.left(mistakes) : E.right(valid as Settings), valid }
}

const mistakeInQueues = ({ IMPORT_QUEUE, RESULT_QUEUE }: Partial<Settings>): string | undefined => {
  if (IMPORT_QUEUE === undefined || RESULT_QUEUE === undefined) return undefined
  // Otherwise replies would be taken as messages and answered, without end.
  if (RESULT_QUEUE === IMPORT_QUEUE) return 'must differ from IMPORT_QUEUE'
  if (RESULT_QUEUE === lockOf(IMPORT_QUEUE))
    return 'must not be the name of the lock on IMPORT_QUEUE, <IMPORT_QUEUE>.owner'
  return undefined
}
