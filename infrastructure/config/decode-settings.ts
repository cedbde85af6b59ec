import * as E from 'fp-ts/lib/Either.js'
import type { JsonObject } from '../../domain/json.ts'
import { lockOf } from '../rabbitmq/queue-lock.ts'
import { type SettingName, type Settings, settingNames, settings } from './settings.ts'
import type { Valid } from './valid.ts'

/** The environment takes precedence. A variable that is set but empty counts as not set. */
const stated = (name: SettingName, file: JsonObject, env: NodeJS.ProcessEnv): unknown => {
  if (env[name]) return env[name]
  return Object.hasOwn(file, name) ? file[name] : undefined
}

/** Left: one line for each mistake, without the value, which may be a secret. */
export const decodeSettings = (file: JsonObject, env: NodeJS.ProcessEnv): Valid<Settings> => {
  const mistakes: Array<string> = []
  const decoded: Partial<Record<SettingName, unknown>> = {}
  for (const name of settingNames) {
    const { codec, default: defaultValue } = settings[name]
    const input = stated(name, file, env)
    const value = input === undefined ? E.right(defaultValue) : codec.decode(input)
    if (E.isLeft(value)) mistakes.push(`${name}: must be ${codec.name}`)
    else decoded[name] = value.right
  }
  if (mistakes.length > 0) return E.left(mistakes)
  const result = decoded as Settings
  const mistake = mistakeInQueues(result)
  return mistake === undefined ? E.right(result) : E.left([`RESULT_QUEUE: ${mistake}`])
}

const mistakeInQueues = ({ IMPORT_QUEUE, RESULT_QUEUE }: Settings): string | undefined => {
  // Otherwise replies would be taken as messages and answered, without end.
  if (RESULT_QUEUE === IMPORT_QUEUE) return 'must differ from IMPORT_QUEUE'
  if (RESULT_QUEUE === lockOf(IMPORT_QUEUE))
    return 'must not be the name of the lock on IMPORT_QUEUE, <IMPORT_QUEUE>.owner'
  return undefined
}
