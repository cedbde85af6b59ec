import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { CreationExtras } from '../command.ts'
import type { JsonObject } from '../json.ts'
import { printableName } from '../reason.ts'
import { badMember, type Checked, refuse } from '../refuse.ts'
import { comparableContact, subscriptionIdentity } from '../subscriptions/identity.ts'
import type { SubscriptionPatch } from '../subscriptions/subscription-patch.ts'
import {
  type Contact,
  oneOrBoth,
  subscribedEmail,
  subscribedPhone,
  subscriptionInData,
} from './contact-values.ts'
import { pushKey, subscribedEmailKey, subscribedPhoneKey, subscriptionFieldKey } from './keys.ts'
import { structuralMembers } from './keys-by-origin.ts'
import { type MatchingInput, needed, neverCreates, type Planned } from './plan.ts'

interface Wanted {
  readonly channel: 'email' | 'sms' | 'push'
  readonly contact: JsonObject
}

const email = (address: string): Wanted => ({ channel: 'email', contact: { email: address } })
const sms = (phone: string): Wanted => ({ channel: 'sms', contact: { phone } })

const carries = (
  patch: SubscriptionPatch,
  { channel, contact }: Wanted,
  resourceId: number | undefined,
): boolean =>
  patch.channel === channel &&
  (resourceId === undefined || patch.resource_id === resourceId) &&
  Object.keys(contact).every(
    (name) => comparableContact(name, patch.members[name]) === comparableContact(name, contact[name]),
  )

/** The wanted subscriptions that `data` does not contain, for a created profile. */
const creationWith = (input: MatchingInput, wanted: ReadonlyArray<Wanted>): Checked<CreationExtras> => {
  const { resource_id } = input.members
  const missing = wanted.filter(
    (each) => !input.data.subscriptions.patches.some((patch) => carries(patch, each, resource_id)),
  )
  if (missing.length > 0 && resource_id === undefined) return needed('resource_id', input.mode)
  const subscriptions = missing.map(({ channel, contact }): SubscriptionPatch => {
    const subscription = { channel, resource_id: resource_id ?? 0, ...contact }
    return { ...subscription, identity: subscriptionIdentity(subscription), members: subscription }
  })
  return E.right({ fields: [], subscriptions })
}

const none: Contact = E.right(undefined)

/** `email_sub`, `phone_sub`, and `email_phone_sub`, for which either is enough. */
export const planSubscribedContact = (input: MatchingInput): Planned => {
  const { mode, members } = input
  const address = mode === 'phone_sub' ? none : subscribedEmail(input)
  const phone = mode === 'email_sub' ? none : subscribedPhone(input)
  const member = mode === 'email_sub' ? 'email' : mode === 'phone_sub' ? 'phone' : 'email or phone'
  return pipe(
    oneOrBoth(address, phone, member, input),
    E.map(({ emails, phones }) => ({
      criterion: [
        ...emails.map((each) => [[subscribedEmailKey(each, members.resource_id)]]),
        ...phones.map((each) => [[subscribedPhoneKey(each, members.resource_id)]]),
      ],
      creation: creationWith(input, [...emails.map(email), ...phones.map(sms)]),
    })),
  )
}

/** `push_sub`. */
export const planPush = (input: MatchingInput): Planned => {
  const { members, mode } = input
  const isStated = members.provider !== undefined || members.subscription_id !== undefined
  const { provider, subscription_id } = isStated ? members : (subscriptionInData(input, 'push') ?? {})
  if (typeof provider !== 'string') return needed('provider', mode)
  if (typeof subscription_id !== 'string') return needed('subscription_id', mode)
  return E.right({
    criterion: [[[pushKey(provider, subscription_id)]]],
    creation: creationWith(input, [{ channel: 'push', contact: { provider, subscription_id } }]),
  })
}

/** `custom_sub`. */
export const planSubscriptionField = ({ members, mode }: MatchingInput): Planned => {
  const { field_name, field_value } = members
  if (field_name === undefined) return needed('field_name', mode)
  if (structuralMembers.has(field_name))
    return refuse({ tag: 'UnmatchableField', field: printableName(field_name) })
  if (field_name === '__proto__') return badMember('field_name', 'another name')
  if (field_value === undefined) return needed('field_value', mode)
  return E.right({ criterion: [[[subscriptionFieldKey(field_name, field_value)]]], creation: neverCreates })
}
