import type { DatabaseDefinition } from '../definitions/definitions.ts'
import { undeclared } from '../definitions/undeclared.ts'
import type { FieldChange, ImportEvent } from '../events/current.ts'
import type { Json, JsonObject } from '../json.ts'
import type { IdentityKey } from '../matching/identity-key.ts'
import { identityKeysOf } from '../matching/identity-keys.ts'
import { idKey } from '../matching/keys.ts'
import type { ImportRules } from '../rules.ts'
import { databaseOf } from '../streams.ts'
import { contactsNamed } from './contacts-named.ts'

/** What the event of an import can be found by, such as `code 404` or `had email:john@example.com`. */
export type SearchTerm = string

/** The terms of one kind, each of a value. */
const term =
  (kind: string) =>
  (value: string | number): SearchTerm =>
    `${kind} ${value}`

const had = term('had')
const named = term('named')

/** An import that gave its profile a contact. */
export const hadTerm = (key: string) => had(contactOf(key))
/** An import whose message named a contact, but found no profile that had it. */
export const namedTerm = (key: string) => named(contactOf(key))
/** An import that changed or repeated a profile, or whose message named it. */
export const profileTerm = (profileId: string) => namedTerm(idKey(profileId))
export const feedbackTerm = term('feedback')
export const messageTerm = term('message')
export const appTerm = term('app')
export const userTerm = term('user')
export const accountTerm = term('account')
export const dbTerm = term('db')
export const codeTerm = term('code')
export const reasonTerm = term('reason')
export const verdictTerm = term('verdict')
/** An import that changed a field. */
export const fieldTerm = term('field')

/** The same contact, whether a field or a subscription holds it, on whatever resource. */
const contactOf = (key: string): string =>
  key.startsWith('sub-') ? key.replace(/^sub-(email|phone)(?:@\d+)?:/, '$1:') : key

/** The terms of an event, each once. `definition`: of its database. */
export const searchTermsOf = (
  event: ImportEvent,
  definition: DatabaseDefinition,
): ReadonlySet<SearchTerm> => {
  const { public: known, personal } = event
  const { app_id, user_id, message_id } = personal.properties
  const terms = new Set([verdictTerm(known.verdict)])
  const add = <Value>(toTerm: (value: Value) => SearchTerm, value: Value | undefined) => {
    if (value !== undefined && value !== '') terms.add(toTerm(value))
  }
  add(feedbackTerm, personal.feedback_id)
  add(messageTerm, message_id)
  add(appTerm, app_id)
  add(userTerm, user_id)
  add(accountTerm, known.account_id)
  add(dbTerm, known.db_id)
  terms.add(codeTerm(known.code))
  if ('reason_tags' in known) for (const tag of known.reason_tags) terms.add(reasonTerm(tag))
  if ('profile_id' in known) terms.add(profileTerm(known.profile_id))
  for (const key of contactsGained(event, definition)) terms.add(hadTerm(key))
  for (const key of contactsOnlyNamed(event)) if (!terms.has(hadTerm(key))) terms.add(namedTerm(key))
  if ('changes' in personal) for (const { field } of personal.changes) terms.add(fieldTerm(field))
  return terms
}

/** The terms of an event in a stream of the log. */
export const searchTermsIn = (
  stream: string,
  event: ImportEvent,
  definitionOf: ImportRules['definitionOf'],
): ReadonlySet<SearchTerm> => {
  const database = databaseOf(stream)
  return searchTermsOf(event, (database && definitionOf(database)) ?? undeclared)
}

/**
 * The contacts that the message named, but for those that the import is found by through its profile: what found the
 * profile of an update is what the profile had.
 */
const contactsOnlyNamed = (event: ImportEvent): ReadonlyArray<string> => {
  const { public: known, personal, message } = event
  switch (event.type) {
    case 'ProfileCreated':
      return personal.keys ?? []
    case 'ProfileUpdated':
      // Only what the second step looked up is recorded if the first found nobody; and what a replay has left alone is
      // not what the profile has.
      return known.mode.startsWith('email_phone') || event.personal.left_alone !== undefined
        ? contactsNamed(message)
        : []
    case 'ImportRejected':
    case 'ImportRepeated':
      return [...(personal.keys ?? []), ...contactsNamed(message)]
  }
}

/** The keys that a profile has by what an event has set in it, but not by what was there before. */
const contactsGained = (event: ImportEvent, definition: DatabaseDefinition): ReadonlyArray<IdentityKey> => {
  if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') return []
  const { changes, subscriptions } = event.personal
  const { profile_id } = event.public
  const put = subscriptions.flatMap((change) => (change.action === 'put' ? change : []))
  const before = {
    profile_id,
    fields: valuesBefore(changes),
    subscriptions: put.flatMap(({ was }) => was ?? []),
  }
  const after = {
    profile_id,
    fields: valuesSet(changes),
    subscriptions: put.map(({ subscription }) => subscription),
  }
  const keys = identityKeysOf(after, definition)
  const hadNothing = Object.keys(before.fields).length === 0 && before.subscriptions.length === 0
  const held = new Set(hadNothing ? [idKey(profile_id)] : identityKeysOf(before, definition))
  return keys.filter((key) => !held.has(key))
}

const valuesBefore = (changes: ReadonlyArray<FieldChange>): JsonObject =>
  Object.fromEntries(
    changes.flatMap((change) =>
      'was' in change && change.was !== undefined ? [[change.field, change.was] as const] : [],
    ),
  )

const valuesSet = (changes: ReadonlyArray<FieldChange>): JsonObject => {
  const set = new Map<string, Json>()
  for (const change of changes) {
    if (change.action === 'set' || change.action === 'incr') set.set(change.field, change.value)
    if (change.action === 'add') set.set(change.field, [...listIn(set.get(change.field)), ...change.items])
  }
  return Object.fromEntries(set)
}

const listIn = (value: Json | undefined): ReadonlyArray<Json> => (Array.isArray(value) ? value : [])
