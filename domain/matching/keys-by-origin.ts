import type { DatabaseDefinition } from '../definitions/definitions.ts'
import type { FieldChange, Subscription } from '../events/current.ts'
import { isSystemName } from '../fields/field-rule.ts'
import { isTags } from '../fields/held-type.ts'
import { type Json, ownMember } from '../json.ts'
import type { Profile } from '../profile.ts'
import type { IdentityKey } from './identity-key.ts'
import {
  customKey,
  emailKey,
  idKey,
  isScalar,
  phoneKey,
  pushKey,
  subscribedEmailKey,
  subscribedPhoneKey,
  subscriptionFieldKey,
  tagKey,
} from './keys.ts'

/** What the other modes match by, which `custom_sub` therefore does not. */
export const structuralMembers: ReadonlySet<string> = new Set([
  'channel',
  'resource_id',
  'email',
  'phone',
  'provider',
  'subscription_id',
])

type Keys = ReadonlyArray<IdentityKey>

/** An origin of keys: the profile id, a field (by its name), or a subscription. */
type KeyOrigin = typeof profileId | string | Subscription
const profileId = Symbol('profile id')

/** Everything that a profile can be found by. A key may occur several times. */
export type KeysByOrigin = ReadonlyMap<KeyOrigin, Keys>

const noKeys: Keys = []

/** Reuses the keys of an earlier list for the elements that are still there, in the same order. */
const listKeys = (
  list: ReadonlyArray<string>,
  keyOf: (text: string) => IdentityKey,
  held: Json | undefined,
  heldKeys: Keys,
): Keys => {
  if (!Array.isArray(held) || held.length !== heldKeys.length) return list.map(keyOf)
  let next = 0
  return list.map((text) => {
    while (next < held.length && held[next] !== text) next += 1
    const known = heldKeys[next]
    next += 1
    return known ?? keyOf(text)
  })
}

/** `held` and `heldKeys`: the field's previous value and its keys. */
const fieldKeys = (
  definition: DatabaseDefinition,
  field: string,
  value: Json | undefined,
  held?: Json,
  heldKeys: Keys = noKeys,
): Keys => {
  if (field === 'email') return typeof value === 'string' ? [emailKey(value)] : noKeys
  if (field === 'phones') return isTags(value) ? listKeys(value, phoneKey, held, heldKeys) : noKeys
  if (isSystemName(field)) return noKeys
  const rule = definition.fields.get(field)
  if (definition.declared && rule?.match !== true) return noKeys
  const either = !definition.declared
  if (isScalar(value)) return either || rule?.type !== 'tags' ? [customKey(field, value)] : noKeys
  return isTags(value) && (either || rule?.type === 'tags')
    ? listKeys(value, (tag) => tagKey(field, tag), held, heldKeys)
    : noKeys
}

const subscriptionKeys = (subscription: Subscription): Keys => {
  const { channel, resource_id, email, phone, provider, subscription_id } = subscription
  const keys: Array<IdentityKey> = []
  if (channel === 'email' && email !== undefined)
    keys.push(subscribedEmailKey(email), subscribedEmailKey(email, resource_id))
  if (channel === 'sms' && phone !== undefined)
    keys.push(subscribedPhoneKey(phone), subscribedPhoneKey(phone, resource_id))
  if (channel === 'push' && provider !== undefined && subscription_id !== undefined)
    keys.push(pushKey(provider, subscription_id))
  for (const name of Object.keys(subscription)) {
    const value = subscription[name]
    if (!structuralMembers.has(name) && isScalar(value)) keys.push(subscriptionFieldKey(name, value))
  }
  return keys
}

/** Calls `use` with the keys of each origin. */
export const eachOrigin = (
  { fields, subscriptions, profile_id }: Pick<Profile, 'profile_id' | 'fields' | 'subscriptions'>,
  definition: DatabaseDefinition,
  use: (origin: KeyOrigin, keys: Keys) => void,
): void => {
  use(profileId, [idKey(profile_id)])
  use('email', fieldKeys(definition, 'email', ownMember(fields, 'email')))
  use('phones', fieldKeys(definition, 'phones', ownMember(fields, 'phones')))
  for (const field of Object.keys(fields))
    if (field !== 'email' && field !== 'phones') use(field, fieldKeys(definition, field, fields[field]))
  for (const subscription of subscriptions) use(subscription, subscriptionKeys(subscription))
}

export const keysByOrigin = (profile: Profile, definition: DatabaseDefinition): KeysByOrigin => {
  const all = new Map<KeyOrigin, Keys>()
  eachOrigin(profile, definition, (origin, keys) => all.set(origin, keys))
  return all
}

/** The keys after changes, given those before. Unchanged sources are not examined. */
export const keysAfter = (
  before: { readonly profile: Profile; readonly keys: KeysByOrigin },
  { changes }: { readonly changes: ReadonlyArray<FieldChange> },
  profile: Profile,
  definition: DatabaseDefinition,
): KeysByOrigin => {
  const keys = new Map(before.keys)
  for (const { field } of changes) {
    const [value, held] = [ownMember(profile.fields, field), ownMember(before.profile.fields, field)]
    keys.set(field, fieldKeys(definition, field, value, held, before.keys.get(field)))
  }
  if (profile.subscriptions === before.profile.subscriptions) return keys
  for (const subscription of before.profile.subscriptions) keys.delete(subscription)
  for (const subscription of profile.subscriptions)
    keys.set(subscription, before.keys.get(subscription) ?? subscriptionKeys(subscription))
  return keys
}
