import type { KeptMessage } from '../events/current.ts'
import { isJsonObject, type Json, type JsonObject, ownMember } from '../json.ts'
import type { IdentityKey } from '../matching/identity-key.ts'
import { customContact, emailContact, phoneContact, pushContact } from './contact-keys.ts'

/**
 * The contacts that a message names, whether or not they were looked up: those to match by, and those in `data`. None if
 * it was not kept whole or is not JSON. Phones in national form are left out.
 */
export const contactsNamed = (message: KeptMessage): ReadonlyArray<IdentityKey> => {
  const members = message.truncated ? undefined : objectIn(Buffer.from(message.body, message.encoding))
  if (members === undefined) return []
  const data = objectOr(members.data)
  return [
    ...ofPerson(members),
    ...ofField(members),
    ...ofPerson({ email: valueIn(data.email) }),
    ...listIn(valueIn(data.phones)).flatMap((phone) => ofPerson({ phone })),
    ...listIn(valueIn(data.subscriptions)).flatMap((each) => ofPerson(objectOr(each))),
  ]
}

const ofPerson = (members: Readonly<Record<string, Json | undefined>>): ReadonlyArray<IdentityKey> => {
  const { email, phone, provider, subscription_id } = members
  return [
    ...(typeof email === 'string' ? (emailContact(email) ?? []) : []),
    ...(typeof phone === 'string' ? (phoneContact(phone) ?? []) : []),
    ...(typeof provider === 'string' && typeof subscription_id === 'string'
      ? pushContact(provider, subscription_id)
      : []),
  ]
}

const ofField = ({ field_name, field_value }: JsonObject): ReadonlyArray<IdentityKey> =>
  typeof field_name === 'string' && typeof field_value === 'string'
    ? customContact(field_name, field_value)
    : []

const objectIn = (bytes: Uint8Array): JsonObject | undefined => {
  try {
    const value: Json = JSON.parse(new TextDecoder().decode(bytes))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const objectOr = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})

/** Of a member of `data`, with or without an action. */
const valueIn = (member: Json | undefined): Json | undefined =>
  isJsonObject(member) ? ownMember(member, 'value') : member

const listIn = (value: Json | undefined): ReadonlyArray<Json> => (Array.isArray(value) ? value : [])
