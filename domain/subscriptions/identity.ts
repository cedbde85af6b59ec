import { canonicalJson } from '../canonical-json.ts'
import { comparableEmail } from '../contacts/email.ts'
import type { Json, JsonObject } from '../json.ts'

/** The contact of the channels that have one of their own. */
export const channelContacts: ReadonlyMap<unknown, ReadonlyArray<string>> = new Map([
  ['email', ['email']],
  ['sms', ['phone']],
  ['push', ['provider', 'subscription_id']],
])

/** In any other channel: the first of these that is there. */
const anyContact: ReadonlyArray<ReadonlyArray<string>> = [
  ['email'],
  ['phone'],
  ['provider', 'subscription_id'],
  ['cc_data'],
]

const hasAll = (members: JsonObject, names: ReadonlyArray<string>): boolean =>
  names.every((name) => (members[name] ?? null) !== null)

/** The names of the members that are the contact of a subscription in this channel; undefined when it has none. */
export const contactNames = (members: JsonObject): ReadonlyArray<string> | undefined => {
  const own = channelContacts.get(members.channel)
  if (own !== undefined) return hasAll(members, own) ? own : undefined
  return anyContact.find((names) => hasAll(members, names))
}

/** The members that tell a subscription from the others of its profile: resource, channel and contact. */
export const identityMembers = (members: JsonObject): JsonObject =>
  Object.fromEntries(
    ['channel', 'resource_id', ...(contactNames(members) ?? [])].map((name) => [name, members[name] ?? null]),
  )

/** A contact as it is compared. */
export const comparableContact = (name: string, value: Json | undefined): Json =>
  name === 'email' && typeof value === 'string' ? comparableEmail(value) : (value ?? null)

const identities = new WeakMap<JsonObject, string>()

/**
 * Resource, channel and contact as one text: equal when, and only when, two are the same subscription of a profile. Made once,
 * since all that a profile has are asked for it by every message about one of them.
 */
export const subscriptionIdentity = (members: JsonObject): string => {
  const known = identities.get(members)
  if (known !== undefined) return known
  const identity = identityOf(members)
  identities.set(members, identity)
  return identity
}

const identityOf = (members: JsonObject): string => {
  const contact = (contactNames(members) ?? []).flatMap((name) => [
    name,
    comparableContact(name, members[name]),
  ])
  return canonicalJson([members.resource_id ?? null, members.channel ?? null, ...contact])
}
