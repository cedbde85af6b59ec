import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { normalEmail } from '../contacts/email.ts'
import { normalPhone } from '../contacts/phone.ts'
import { expectedText } from '../fields/field-rule.ts'
import type { Json, JsonObject } from '../json.ts'
import { andThen, badMember, type Checked, every } from '../refuse.ts'
import { type MatchingInput, needed } from './plan.ts'

/** `E.right(undefined)` if the message does not have it. */
export type Contact = Checked<string | undefined>

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

const statedEmail = ({ members }: MatchingInput): Contact => {
  if (members.email === undefined) return E.right(undefined)
  const email = normalEmail(members.email)
  return email === undefined ? badMember('email', expectedText('email')) : E.right(email)
}

const statedPhone = ({ members, rules }: MatchingInput): Contact => {
  if (members.phone === undefined) return E.right(undefined)
  const phone = normalPhone(members.phone, rules.defaultCountry)
  return phone === undefined ? badMember('phone', expectedText('phone')) : E.right(phone)
}

const orElse = (stated: Contact, fromData: () => string | undefined): Contact =>
  pipe(
    stated,
    E.map((contact) => contact ?? fromData()),
  )

const emailInData = ({ data }: MatchingInput): string | undefined => {
  const email = data.fields.find(({ field }) => field === 'email')
  return email?.action === 'set' ? textOf(email.value) : undefined
}

const phoneInData = ({ data }: MatchingInput): string | undefined => {
  const phones = data.fields.find(({ field }) => field === 'phones')
  if (phones?.action === 'add') return textOf(phones.items[0])
  return phones?.action === 'set' && Array.isArray(phones.value) ? textOf(phones.value[0]) : undefined
}

/** The members of the first subscription in `data` on this channel, and on the resource to match on. */
export const subscriptionInData = (
  { data, members }: MatchingInput,
  channel: string,
): JsonObject | undefined =>
  data.subscriptions.patches.find(
    (patch) =>
      patch.channel === channel &&
      (members.resource_id === undefined || members.resource_id === patch.resource_id),
  )?.members

/** Normalised, like all of these: the email that the message states, or else that of `data`. */
export const profileEmail = (input: MatchingInput): Contact =>
  orElse(statedEmail(input), () => emailInData(input))

export const profilePhone = (input: MatchingInput): Contact =>
  orElse(statedPhone(input), () => phoneInData(input))

/** The email that the message states, or else that of a subscription in `data`. */
export const subscribedEmail = (input: MatchingInput): Contact =>
  orElse(statedEmail(input), () => textOf(subscriptionInData(input, 'email')?.email))

export const subscribedPhone = (input: MatchingInput): Contact =>
  orElse(statedPhone(input), () => textOf(subscriptionInData(input, 'sms')?.phone))

const listOf = (contact: string | undefined): ReadonlyArray<string> =>
  contact === undefined ? [] : [contact]

/** The email, the phone, or both; refused if neither is given. */
export const oneOrBoth = (email: Contact, phone: Contact, member: string, { mode }: MatchingInput) =>
  pipe(
    every({ email, phone }),
    andThen(({ email, phone }) =>
      email === undefined && phone === undefined
        ? needed(member, mode)
        : E.right({ emails: listOf(email), phones: listOf(phone) }),
    ),
  )
