import { closestMatch } from 'leven'
import { type SettingName, settingNames } from './settings.ts'

/** A name in the settings file or in the environment that is not a setting. */
export interface UnknownName {
  readonly name: string
  /** The setting that is probably meant; undefined if the name resembles none. */
  readonly meant: SettingName | undefined
}

/** How many letters may be wrong, so that names of other programs, such as RABBITMQ_USER, are not mistaken for ours. */
const mostEdits = (name: string): number => (name.length > 5 ? 2 : 1)

/** `rabbitmqUrl`, `MONGO_URL` and `BATCHSIZE` resemble a setting. */
const settingMeant = (name: string): SettingName | undefined => {
  const words = name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
  const nearest = closestMatch(words, settingNames, { maxDistance: mostEdits(words) })
  return settingNames.find((setting) => setting === nearest)
}

export const unknownNames = (names: ReadonlyArray<string>): ReadonlyArray<UnknownName> =>
  names
    .filter((name) => !settingNames.some((setting) => setting === name))
    .map((name) => ({ name, meant: settingMeant(name) }))
