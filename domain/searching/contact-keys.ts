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

/** A field, a tag in a list, or a member of a subscription, with this text. */
export const customContact = (name: string, text: string): ContactKeys => [
  customKey(name, text),
  tagKey(name, text),
  subscriptionFieldKey(name, text),
]

export const pushContact = (provider: string, subscriptionId: string): ContactKeys => [
  pushKey(provider, subscriptionId),
]
