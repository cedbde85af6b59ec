import type { Reason } from '../events/current.ts'
import { isExact } from '../exact-number.ts'
import { isLeftOut, type Json, type JsonObject } from '../json.ts'
import { type Checked, unless, wrongMember } from '../refuse.ts'
import type { Writable } from '../writable.ts'
import { isScalar, type Scalar } from './keys.ts'

const textMembers = ['email', 'phone', 'profile_id', 'field_name', 'provider', 'subscription_id'] as const

type MatchingTexts = { [Name in (typeof textMembers)[number]]?: string }

/** The values to match by, as stated in the message. If omitted, null or `""`, they are absent. */
export interface MatchingMembers extends Readonly<MatchingTexts> {
  readonly field_value?: Scalar
  readonly resource_id?: number
}

const isInt = (value: Json): value is number => typeof value === 'number' && Number.isSafeInteger(value)

/** Checks the types of all, whatever the mode needs. */
export const decodeMatchingMembers = (message: JsonObject): Checked<MatchingMembers> => {
  const members: Writable<MatchingMembers> = {}
  const reasons: Array<Reason> = []
  for (const name of textMembers) {
    const value = message[name]
    if (isLeftOut(value) || value === '') continue
    if (typeof value === 'string') members[name] = value
    else reasons.push(wrongMember(name, 'a string'))
  }
  const { field_value, resource_id } = message
  if (!isLeftOut(field_value) && field_value !== '') {
    if (isScalar(field_value) && (typeof field_value !== 'number' || isExact(field_value)))
      members.field_value = field_value
    else reasons.push(wrongMember('field_value', 'a string, a number, true or false'))
  }
  if (!isLeftOut(resource_id)) {
    if (isInt(resource_id) && resource_id >= 1) members.resource_id = resource_id
    else reasons.push(wrongMember('resource_id', 'an int from 1 to 2^53-1'))
  }
  return unless(reasons, members)
}
