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
  const [, name, value] = /^([^=]+)=(.+)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) throw new InvalidArgumentError('Must be NAME=VALUE.')
  return customContact(name, value)
}

export const push = (text: string): ContactKeys => {
  const [, provider, id] = /^([^:]+):(.+)$/s.exec(text) ?? []
  if (provider === undefined || id === undefined) throw new InvalidArgumentError('Must be PROVIDER:ID.')
  return pushContact(provider, id)
}
