import type { DatabaseDefinition } from '../definitions/definitions.ts'
import { isSystemName } from '../fields/field-rule.ts'
import { isTags } from '../fields/held-type.ts'
import type { Json } from '../json.ts'
import type { Profile } from '../profile.ts'
import type { Subscription } from '../subscription.ts'
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

/** What the other modes match by, so `custom_sub` does not. */
export const structuralMembers: ReadonlySet<string> = new Set([
  'channel',
  'resource_id',
  'email',
  'phone',
  'provider',
  'subscription_id',
])

const addFieldKeys = (
  keys: Set<IdentityKey>,
  definition: DatabaseDefinition,
  field: string,
  value: Json | undefined,
): void => {
  const rule = definition.fields.get(field)
  if (definition.declared && rule?.match !== true) return
  const either = !definition.declared
  if (isScalar(value)) {
    if (either || rule?.type !== 'tags') keys.add(customKey(field, value))
  } else if (isTags(value)) {
    if (either || rule?.type === 'tags') for (const tag of value) keys.add(tagKey(field, tag))
  }
}

const addSubscriptionKeys = (keys: Set<IdentityKey>, subscription: Subscription): void => {
  const { channel, resource_id, email, phone, provider, subscription_id } = subscription
  if (channel === 'email' && email !== undefined)
    keys.add(subscribedEmailKey(email)).add(subscribedEmailKey(email, resource_id))
  if (channel === 'sms' && phone !== undefined)
    keys.add(subscribedPhoneKey(phone)).add(subscribedPhoneKey(phone, resource_id))
  if (channel === 'push' && provider !== undefined && subscription_id !== undefined)
    keys.add(pushKey(provider, subscription_id))
  for (const name of Object.keys(subscription)) {
    const value = subscription[name]
    if (!structuralMembers.has(name) && isScalar(value)) keys.add(subscriptionFieldKey(name, value))
  }
}

/** Everything that the profile can be found by, without repeats. */
export const identityKeysOf = (
  profile: Profile,
  definition: DatabaseDefinition,
): ReadonlyArray<IdentityKey> => {
  const { fields } = profile
  const keys = new Set<IdentityKey>([idKey(profile.profile_id)])
  if (typeof fields.email === 'string') keys.add(emailKey(fields.email))
  if (isTags(fields.phones)) for (const phone of fields.phones) keys.add(phoneKey(phone))
  for (const field of Object.keys(fields))
    if (!isSystemName(field)) addFieldKeys(keys, definition, field, fields[field])
  for (const subscription of profile.subscriptions) addSubscriptionKeys(keys, subscription)
  return [...keys]
}
