import { normalEmail } from '../contacts/email.ts'
import { normalPhone } from '../contacts/phone.ts'
import type { IdentityKey } from '../matching/identity-key.ts'
import {
  customKey,
  emailKey,
  phoneKey,
  pushKey,
  subscribedEmailKey,
  subscribedPhoneKey,
  subscriptionFieldKey,
  tagKey,
} from '../matching/keys.ts'

/** The keys that a profile with a contact may have; it need not have all of them. */
export type ContactKeys = ReadonlyArray<IdentityKey>

/** In any spelling, of the profile or of a subscription. Undefined if it is not an email address. */
export const emailContact = (text: string): ContactKeys | undefined => {
  const email = normalEmail(text)
  return email === undefined ? undefined : [emailKey(email), subscribedEmailKey(email)]
}

/** Undefined if it is not a phone number. `defaultCountry`: as in the rules. */
export const phoneContact = (text: string, defaultCountry?: string): ContactKeys | undefined => {
  const phone = normalPhone(text, defaultCountry)
  return phone === undefined ? undefined : [phoneKey(phone), subscribedPhoneKey(phone)]
}

/** A field, a tag in a list, or a member of a subscription, with this text; a number in any spelling. */
export const customContact = (name: string, text: string): ContactKeys =>
  spellingsOf(text).flatMap((each) => [
    customKey(name, each),
    tagKey(name, each),
    subscriptionFieldKey(name, each),
  ])

const spellingsOf = (text: string): ReadonlyArray<string> => {
  const number = String(Number(text))
  const isNumber = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)
  return isNumber && number !== text ? [text, number] : [text]
}

export const pushContact = (provider: string, subscriptionId: string): ContactKeys => [
  pushKey(provider, subscriptionId),
]
