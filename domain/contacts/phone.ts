import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { dialledDigits } from './phone-notation.ts'

// Bounds the work on hostile input. No number is longer, even with all its spaces and brackets.
const maxLength = 40

const e164 = (digits: string, defaultCountry: string | undefined): string | undefined => {
  const country = defaultCountry as CountryCode | undefined
  const phone = parsePhoneNumberFromString(digits, {
    extract: false,
    ...(country && { defaultCountry: country }),
  })
  return phone?.isPossible() ? phone.number : undefined
}

/**
 * The normal form of a phone number: E.164. Undefined if it is not a possible number, or is in national format and
 * there is no default country (ISO 3166 alpha-2).
 */
export const normalPhone = (text: string, defaultCountry?: string): string | undefined => {
  if (text.length > maxLength) return undefined
  const digits = dialledDigits(text.trim())
  const phone = digits === undefined ? undefined : e164(digits, defaultCountry)
  // A normal form must be its own normal form, otherwise the same contact would have two identity keys.
  return phone === undefined || phone === digits || e164(phone, defaultCountry) === phone ? phone : undefined
}
