import { InvalidArgumentError } from 'commander'
import {
  type ContactKeys,
  customContact,
  emailContact,
  pushContact,
} from '../../domain/searching/contact-keys.ts'

export const email = (text: string): ContactKeys => {
  const keys = emailContact(text)
  if (keys === undefined) throw new InvalidArgumentError('Must be an email address.')
  return keys
}

export const custom = (text: string): ContactKeys => {
  const contacts = splits(text, '=').map(([name, value]) => customContact(name, value))
  if (contacts.length === 0) throw new InvalidArgumentError('Must be NAME=VALUE.')
  return contacts.flat()
}

export const push = (text: string): ContactKeys => {
  const contacts = splits(text, ':').map(([provider, id]) => pushContact(provider, id))
  if (contacts.length === 0) throw new InvalidArgumentError('Must be PROVIDER:ID.')
  return contacts.flat()
}

/** At each separator, since a name may contain it: two parts that are not empty. */
const splits = (text: string, separator: string): ReadonlyArray<readonly [string, string]> => {
  const parts = text.split(separator)
  return parts
    .map((_, i) => [parts.slice(0, i).join(separator), parts.slice(i).join(separator)] as const)
    .filter(([name, value]) => name !== '' && value !== '')
}
