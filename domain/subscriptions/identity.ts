import { canonicalJson } from '../canonical-json.ts'
import { comparableEmail } from '../contacts/email.ts'
import type { Json, JsonObject } from '../json.ts'

/** The contact members of channels that have their own. */
export const channelContacts: ReadonlyMap<unknown, ReadonlyArray<string>> = new Map([
  ['email', ['email']],
  ['sms', ['phone']],
  ['push', ['provider', 'subscription_id']],
])

/** For any other channel: the first of these that is present. */
const anyContact: ReadonlyArray<ReadonlyArray<string>> = [
  ['email'],
  ['phone'],
  ['provider', 'subscription_id'],
  ['cc_data'],
]

const hasAll = (members: JsonObject, names: ReadonlyArray<string>): boolean =>
  names.every((name) => (members[name] ?? null) !== null)

/** The names of the members that form the contact of a subscription in this channel; undefined if it has none. */
export const contactNames = (members: JsonObject): ReadonlyArray<string> | undefined => {
  const own = channelContacts.get(members.channel)
  if (own !== undefined) return hasAll(members, own) ? own : undefined
  return anyContact.find((names) => hasAll(members, names))
}

/** The members that identify a subscription within its profile: resource, channel and contact. */
export const identityMembers = (members: JsonObject): JsonObject =>
  Object.fromEntries(
    ['channel', 'resource_id', ...(contactNames(members) ?? [])].map((name) => [name, members[name] ?? null]),
  )

/** A contact in the form used for comparison. */
export const comparableContact = (name: string, value: Json | undefined): Json =>
  name === 'email' && typeof value === 'string' ? comparableEmail(value) : (value ?? null)

const identities = new WeakMap<JsonObject, string>()

/**
 * Resource, channel and contact as one text: equal if and only if two are the same subscription of a profile. Computed
 * once, because every message about one subscription needs the identities of all subscriptions of the profile.
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
