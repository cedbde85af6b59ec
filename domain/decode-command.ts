import * as E from 'fp-ts/lib/Either.js'
import type { ImportProfile } from './command.ts'
import { decodeData } from './decode-data.ts'
import type { Reason } from './events/current.ts'
import { feedbackIdDescription, isFeedbackId } from './feedback-id.ts'
import { type Database, positiveIntCodec } from './ids.ts'
import { isLeftOut, type Json, type JsonObject } from './json.ts'
import { decodeMatchingMembers } from './matching/matching-members.ts'
import { defaultMatchingMode, matchingModeCodec } from './matching/mode.ts'
import { planMatching } from './matching/plan-matching.ts'
import { badMember, missingMember, refuse } from './refuse.ts'
import type { ImportRules } from './rules.ts'

type Checked<A> = E.Either<Reason, A>

const positiveInt = (message: JsonObject, member: 'account_id' | 'db_id'): Checked<Database['db_id']> => {
  const value = message[member]
  if (value === undefined) return missingMember(member, 'it is required')
  return positiveIntCodec.is(value) ? E.right(value) : badMember(member, 'an int from 1 to 2^53-1')
}

/** The database that a message is for. */
export const decodeDatabase = (message: JsonObject): Checked<Database> => {
  const account_id = positiveInt(message, 'account_id')
  if (E.isLeft(account_id)) return account_id
  const db_id = positiveInt(message, 'db_id')
  if (E.isLeft(db_id)) return db_id
  return E.right({ account_id: account_id.right, db_id: db_id.right })
}

const isFlag = (value: Json | undefined): boolean => isLeftOut(value) || typeof value === 'boolean'

/** The members of every message except `data` and those to match by. */
const memberFault = ({ feedback_id, skip_triggers, update_only }: JsonObject): Checked<undefined> => {
  if (!isLeftOut(feedback_id) && !isFeedbackId(feedback_id))
    return badMember('feedback_id', feedbackIdDescription)
  if (!isFlag(skip_triggers)) return badMember('skip_triggers', 'true or false')
  if (!isFlag(update_only)) return badMember('update_only', 'true or false')
  return E.right(undefined)
}

/** The request of a message that is parsed and has passed `checkJson`. */
export const decodeCommand =
  (rules: ImportRules) =>
  (message: JsonObject): Checked<ImportProfile> => {
    const database = decodeDatabase(message)
    if (E.isLeft(database)) return database
    const fault = memberFault(message)
    if (E.isLeft(fault)) return fault
    const mode = message.matching ?? defaultMatchingMode
    if (!matchingModeCodec.is(mode)) return badMember('matching', 'one of the matching modes')
    const members = decodeMatchingMembers(message)
    if (E.isLeft(members)) return members
    const definition = rules.definitionOf(database.right)
    if (definition === undefined) return refuse({ tag: 'UnknownDatabase' })
    const data = decodeData(message.data, definition, rules)
    if (E.isLeft(data)) return data
    const plan = planMatching({ mode, members: members.right, data: data.right, definition, rules })
    if (E.isLeft(plan)) return plan
    const updateOnly = message.update_only === true
    return E.right({ database: database.right, matching: mode, updateOnly, ...data.right, ...plan.right })
  }
