import { isDeepStrictEqual } from 'node:util'
import { normalEmail } from '../../../domain/contacts/email.ts'
import { normalPhone } from '../../../domain/contacts/phone.ts'
import { undeclared } from '../../../domain/definitions/undeclared.ts'
import { fieldRule } from '../../../domain/fields/field-rule.ts'
import { normalValue } from '../../../domain/fields/normal-value.ts'
import { isJsonObject, type Json } from '../../../domain/json.ts'
import { identityKeysOf } from '../../../domain/matching/identity-keys.ts'
import type { Profile } from '../../../domain/profile.ts'
import type { ImportRules } from '../../../domain/rules.ts'
import { aContent } from '../../support/builders/profile-builders.ts'

const depthOf = (value: Json | undefined): number => {
  if (Array.isArray(value)) return 1 + Math.max(0, ...value.map(depthOf))
  return isJsonObject(value) ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
}

/** What is wrong with a profile, whatever messages made it. */
export const profileProblems = (
  profile: Profile,
  before: Profile | undefined,
  { limits, definitionOf, defaultCountry }: ImportRules,
): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const { bytes, fields, subscriptions } = profile
  const definition = definitionOf(profile) ?? undeclared
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(profile)), profile))
    problems.push('the profile is another when it is read again')
  if (Object.getPrototypeOf(fields) !== Object.prototype) problems.push('the fields have a foreign prototype')
  for (const name of Object.keys(fields)) {
    const value = fields[name] ?? null
    const rule = fieldRule(definition, name)
    if (rule !== undefined && !isDeepStrictEqual(normalValue(rule, value, defaultCountry), value))
      problems.push(`${name} is not in normal form`)
    if (name === '__proto__' || name === 'subscriptions') problems.push(`a field is called ${name}`)
    if (Array.isArray(value) && value.length > limits.list_elements) problems.push(`${name} is too long`)
    if (name === 'phones' && Array.isArray(value) && value.length > limits.contacts)
      problems.push('too many phones')
    // The path of an upsert may be as long as a message is deep.
    if (depthOf(value) > 2 * limits.depth) problems.push(`${name} is too deep`)
  }
  if (Object.keys(fields).length > limits.fields) problems.push('too many fields')
  if (subscriptions.length > limits.subscriptions) problems.push('too many subscriptions')
  if (bytes > limits.profile_bytes) problems.push('too many bytes')
  if (bytes !== aContent(fields, subscriptions).bytes) problems.push('its bytes are not counted right')
  for (const { email, phone } of subscriptions) {
    if (email !== undefined && normalEmail(email) !== email)
      problems.push('a subscribed email is not in normal form')
    if (phone !== undefined && normalPhone(phone, defaultCountry) !== phone)
      problems.push('a subscribed phone is not in normal form')
  }
  const keys = identityKeysOf(profile, definition)
  if (new Set(keys).size !== keys.length) problems.push('a key is there twice')
  if (keys.some((key) => key.length > 200)) problems.push('a key is too long')
  if (before !== undefined && before.profile_id !== profile.profile_id)
    problems.push('the profile has another id')
  return problems
}
