import * as E from 'fp-ts/lib/Either.js'
import { normalEmail } from '../contacts/email.ts'
import { normalPhone } from '../contacts/phone.ts'
import type { Reason } from '../events/current.ts'
import { actionOf } from '../fields/decode-instruction.ts'
import { expectedText } from '../fields/field-rule.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { badMember, limitExceeded, missingMember, refuse } from '../refuse.ts'
import type { ImportRules } from '../rules.ts'
import { channelContacts, contactNames, subscriptionIdentity } from './identity.ts'
import type { SubscriptionPatch, SubscriptionsInstruction } from './subscription-patch.ts'

const contactForms = [
  { name: 'email', expected: expectedText('email'), normal: normalEmail },
  { name: 'phone', expected: expectedText('phone'), normal: normalPhone },
  ...['provider', 'subscription_id'].map((name) => ({
    name,
    expected: 'a non-empty string',
    normal: (text: string) => (text === '' ? undefined : text),
  })),
]

const withNormalContacts = (
  place: string,
  element: JsonObject,
  country?: string,
): E.Either<Reason, JsonObject> => {
  const members: Record<string, Json> = { ...element }
  for (const { name, expected, normal } of contactForms) {
    const value = members[name] ?? null
    if (value === null) continue
    const contact = typeof value === 'string' ? normal(value, country) : undefined
    if (contact === undefined) return badMember(`${place}.${name}`, expected)
    members[name] = contact
  }
  return E.right(members)
}

const noContact = (place: string, channel: string, members: JsonObject): E.Either<Reason, never> => {
  const missing = channelContacts.get(channel)?.find((name) => (members[name] ?? null) === null)
  return missing === undefined
    ? badMember(place, 'a subscription with an email, a phone, a provider with a subscription_id, or cc_data')
    : missingMember(`${place}.${missing}`, `channel is "${channel}"`)
}

const decodePatch = (place: string, element: Json, country?: string): E.Either<Reason, SubscriptionPatch> => {
  if (!isJsonObject(element)) return badMember(place, 'an object')
  const { channel, resource_id } = element
  if (channel === undefined) return missingMember(`${place}.channel`, 'every subscription needs one')
  if (typeof channel !== 'string' || channel === '')
    return badMember(`${place}.channel`, 'a non-empty string')
  if (resource_id === undefined) return missingMember(`${place}.resource_id`, 'every subscription needs one')
  if (typeof resource_id !== 'number' || !Number.isSafeInteger(resource_id) || resource_id < 1)
    return badMember(`${place}.resource_id`, 'an int from 1 to 2^53-1')
  const members = withNormalContacts(place, element, country)
  if (E.isLeft(members)) return members
  if (contactNames(members.right) === undefined) return noContact(place, channel, members.right)
  return E.right({
    channel,
    resource_id,
    identity: subscriptionIdentity(members.right),
    members: members.right,
  })
}

/** The request in `data.subscriptions`. */
export const decodeSubscriptions = (
  value: Json | undefined,
  { limits, defaultCountry }: ImportRules,
): E.Either<Reason, SubscriptionsInstruction> => {
  if (value === undefined) return E.right({ clear: false, patches: [] })
  const action = actionOf(value)
  if (action !== undefined && action !== 'set' && action !== 'unset')
    return refuse({ tag: 'UnfitAction', field: 'subscriptions', action, type: 'subscriptions' })
  const list = action === 'unset' ? null : action === 'set' && isJsonObject(value) ? value.value : value
  if (list === null) return E.right({ clear: true, patches: [] })
  if (list === undefined) return missingMember('data.subscriptions.value', 'action is "set"')
  if (!Array.isArray(list)) return badMember('data.subscriptions', 'a list of subscriptions')
  if (list.length > limits.subscriptions) return limitExceeded(limits, 'subscriptions')
  const patches: Array<SubscriptionPatch> = []
  for (const [index, element] of list.entries()) {
    const patch = decodePatch(`data.subscriptions.${index}`, element, defaultCountry)
    if (E.isLeft(patch)) return patch
    patches.push(patch.right)
  }
  return E.right({ clear: false, patches })
}
