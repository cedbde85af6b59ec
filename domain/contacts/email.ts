import { isAscii } from '../ascii.ts'
import { aLabelsOf, lowerCaseDomain } from './a-labels.ts'

// RFC 5321 4.5.3.1.3: a path of 256 octets minus its angle brackets. Also bounds the work on hostile input.
const maxLength = 254

// A valid email address by WHATWG HTML, in lower case, with letters, marks and digits of any script (RFC 6531), and a dot
// in the domain.
const local = String.raw`[\p{L}\p{M}\p{Nd}.!#$%&'*+/=?^_\x60{|}~\-]+`
const label = String.raw`[\p{L}\p{Nd}](?:[\p{L}\p{M}\p{Nd}\-]{0,61}[\p{L}\p{M}\p{Nd}])?`
const plausible = new RegExp(String.raw`^${local}@${label}(?:\.${label})+$`, 'u')

const numericDomain = /\.(?:\p{Nd}+|0x[0-9a-f]*)$/u

// Some letters and marks are invisible: fillers, variation selectors, joiners.
const invisible = /\p{Default_Ignorable_Code_Point}/u

// The Greek question mark, the Greek grave accent and the Kelvin sign: all characters whose lower case or NFC is in
// ASCII.
const disguisedAscii = /[\u037e\u1fef\u212a]/

const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1)

/** ASCII text has no other spelling, apart from its case. */
const normalSpelling = (text: string): string => {
  if (isAscii(text)) return text.toLowerCase()
  const domain = domainOf(text)
  const rest = text.slice(0, text.length - domain.length)
  return `${rest.toLowerCase()}${lowerCaseDomain(domain)}`.normalize('NFC')
}

/** The normal form of an email address: trimmed, lower case, NFC. Undefined if it is not a plausible address. */
export const normalEmail = (text: string): string | undefined => {
  const trimmed = text.trim()
  if (trimmed.length > maxLength || disguisedAscii.test(trimmed)) return undefined
  const email = normalSpelling(trimmed)
  if (email.length > maxLength || !plausible.test(email) || numericDomain.test(email)) return undefined
  if (isAscii(email)) return email
  return invisible.test(email) || aLabelsOf(domainOf(email)) === undefined ? undefined : email
}

/**
 * Letters with the same capital count as one, such as the two small sigmas. A letter that would become ASCII, such as a
 * dotless i, stays: that is another address.
 */
const caseless = (letter: string): string => {
  const folded = letter.toUpperCase().toLowerCase()
  return folded.length === letter.length && !isAscii(folded) ? folded : letter
}

const caselessLocal = (local: string): string => local.replace(/\p{L}/gu, caseless).normalize('NFC')

/**
 * The form in which addresses are compared: the local part without regard to case, the domain in A-labels. An address in
 * an old event that would be refused today equals only itself, so that it is never taken for another.
 */
export const comparableEmail = (stored: string): string => {
  if (isAscii(stored)) return stored
  const email = normalEmail(stored)
  if (email === undefined) return stored
  const domain = domainOf(email)
  return `${caselessLocal(email.slice(0, email.length - domain.length))}${aLabelsOf(domain) ?? domain}`
}
