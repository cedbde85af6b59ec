import * as E from 'fp-ts/lib/Either.js'
import type { Reason } from '../events/current.ts'
import { isExact } from '../exact-number.ts'
import { isLeftOut, type Json, type JsonObject } from '../json.ts'
import { badMember } from '../refuse.ts'
import type { Writable } from '../writable.ts'
import { isScalar, type Scalar } from './keys.ts'

const textMembers = ['email', 'phone', 'profile_id', 'field_name', 'provider', 'subscription_id'] as const

type MatchingTexts = { [Name in (typeof textMembers)[number]]?: string }

/** The values to match by, as the message states them; one that is left out, null or `""`, is not there. */
export interface MatchingMembers extends Readonly<MatchingTexts> {
  readonly field_value?: Scalar
  readonly resource_id?: number
}

const isInt = (value: Json): value is number => typeof value === 'number' && Number.isSafeInteger(value)

/** Checks the types of all, whatever the mode needs. */
export const decodeMatchingMembers = (message: JsonObject): E.Either<Reason, MatchingMembers> => {
  const members: Writable<MatchingMembers> = {}
  for (const name of textMembers) {
    const value = message[name]
    if (isLeftOut(value) || value === '') continue
    if (typeof value !== 'string') return badMember(name, 'a string')
    members[name] = value
  }
  const { field_value, resource_id } = message
  if (!isLeftOut(field_value) && field_value !== '') {
    if (!isScalar(field_value) || (typeof field_value === 'number' && !isExact(field_value)))
      return badMember('field_value', 'a string, a number, true or false')
    members.field_value = field_value
  }
  if (!isLeftOut(resource_id)) {
    if (!isInt(resource_id) || resource_id < 1) return badMember('resource_id', 'an int from 1 to 2^53-1')
    members.resource_id = resource_id
  }
  return E.right(members)
}
