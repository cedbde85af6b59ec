import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { normalEmail } from '../contacts/email.ts'
import { normalPhone } from '../contacts/phone.ts'
import type { Reason } from '../events/current.ts'
import { actionOf } from '../fields/decode-instruction.ts'
import { expectedText } from '../fields/field-rule.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import {
  andThen,
  badMember,
  type Checked,
  every,
  everyOf,
  limitExceeded,
  missingMember,
  refuse,
  unless,
  wrongMember,
} from '../refuse.ts'
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

const withNormalContacts = (place: string, element: JsonObject, country?: string): Checked<JsonObject> => {
  const members: Record<string, Json> = { ...element }
  const reasons: Array<Reason> = []
  for (const { name, expected, normal } of contactForms) {
    const value = members[name] ?? null
    if (value === null) continue
    const contact = typeof value === 'string' ? normal(value, country) : undefined
    if (contact === undefined) reasons.push(wrongMember(`${place}.${name}`, expected))
    else members[name] = contact
  }
  return unless(reasons, members)
}

const decodeChannel = (place: string, { channel }: JsonObject): Checked<string> => {
  if (channel === undefined) return missingMember(`${place}.channel`, 'every subscription needs one')
  return typeof channel === 'string' && channel !== ''
    ? E.right(channel)
    : badMember(`${place}.channel`, 'a non-empty string')
}

const decodeResourceId = (place: string, { resource_id }: JsonObject): Checked<number> => {
  if (resource_id === undefined) return missingMember(`${place}.resource_id`, 'every subscription needs one')
  return typeof resource_id === 'number' && Number.isSafeInteger(resource_id) && resource_id >= 1
    ? E.right(resource_id)
    : badMember(`${place}.resource_id`, 'an int from 1 to 2^53-1')
}

const noContact = (place: string, channel: string, members: JsonObject): Checked<never> => {
  const missing = channelContacts.get(channel)?.find((name) => (members[name] ?? null) === null)
  return missing === undefined
    ? badMember(place, 'a subscription with an email, a phone, a provider with a subscription_id, or cc_data')
    : missingMember(`${place}.${missing}`, `channel is "${channel}"`)
}

const decodePatch = (place: string, element: Json, country?: string): Checked<SubscriptionPatch> =>
  isJsonObject(element)
    ? pipe(
        every({
          channel: decodeChannel(place, element),
          resource_id: decodeResourceId(place, element),
          members: withNormalContacts(place, element, country),
        }),
        andThen((patch) =>
          contactNames(patch.members) === undefined
            ? noContact(place, patch.channel, patch.members)
            : E.right({ ...patch, identity: subscriptionIdentity(patch.members) }),
        ),
      )
    : badMember(place, 'an object')

/** The request in `data.subscriptions`. */
export const decodeSubscriptions = (
  value: Json | undefined,
  { limits, defaultCountry }: ImportRules,
): Checked<SubscriptionsInstruction> => {
  if (value === undefined) return E.right({ clear: false, patches: [] })
  const action = actionOf(value)
  if (action !== undefined && action !== 'set' && action !== 'unset')
    return refuse({ tag: 'UnfitAction', field: 'subscriptions', action, type: 'subscriptions' })
  const list = action === 'unset' ? null : action === 'set' && isJsonObject(value) ? value.value : value
  if (list === null) return E.right({ clear: true, patches: [] })
  if (list === undefined) return missingMember('data.subscriptions.value', 'action is "set"')
  if (!Array.isArray(list)) return badMember('data.subscriptions', 'a list of subscriptions')
  if (list.length > limits.subscriptions) return limitExceeded(limits, 'subscriptions')
  return pipe(
    everyOf(
      list.map((element, index) => decodePatch(`data.subscriptions.${index}`, element, defaultCountry)),
    ),
    E.map((patches) => ({ clear: false, patches })),
  )
}
