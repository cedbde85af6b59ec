import * as E from 'fp-ts/lib/Either.js'
import { feedbackIdDescription, isFeedbackId } from './feedback-id.ts'
import { type Database, positiveIntCodec } from './ids.ts'
import { isLeftOut, type JsonObject } from './json.ts'
import { defaultMatchingMode, type MatchingMode, matchingModeCodec } from './matching/mode.ts'
import { badMember, type Checked, every, missingMember } from './refuse.ts'

const positiveInt = (message: JsonObject, member: 'account_id' | 'db_id'): Checked<Database['db_id']> => {
  const value = message[member]
  if (value === undefined) return missingMember(member, 'it is required')
  return positiveIntCodec.is(value) ? E.right(value) : badMember(member, 'an int from 1 to 2^53-1')
}

/** The database that a message is for. */
export const decodeDatabase = (message: JsonObject): Checked<Database> =>
  every({ account_id: positiveInt(message, 'account_id'), db_id: positiveInt(message, 'db_id') })

const feedbackId = ({ feedback_id }: JsonObject): Checked<unknown> =>
  isLeftOut(feedback_id) || isFeedbackId(feedback_id)
    ? E.right(feedback_id)
    : badMember('feedback_id', feedbackIdDescription)

const flag = (message: JsonObject, member: 'skip_triggers' | 'update_only'): Checked<boolean> => {
  const value = message[member]
  return isLeftOut(value) || typeof value === 'boolean'
    ? E.right(value === true)
    : badMember(member, 'true or false')
}

/** The members of every message besides `data` and those that say where and how to find a profile. */
export const decodeOptions = (message: JsonObject) =>
  every({
    feedback_id: feedbackId(message),
    skip_triggers: flag(message, 'skip_triggers'),
    update_only: flag(message, 'update_only'),
  })

const modes = Object.keys(matchingModeCodec.keys).join(', ')

export const decodeMode = ({ matching }: JsonObject): Checked<MatchingMode> => {
  const mode = matching ?? defaultMatchingMode
  return matchingModeCodec.is(mode) ? E.right(mode) : badMember('matching', `one of ${modes}`)
}
