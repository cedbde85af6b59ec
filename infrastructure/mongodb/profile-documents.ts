import type { ProfileDocument, ProfileRef } from '../../application/ports/profile-document.ts'
import type { DatabaseDefinition } from '../../domain/definitions/definitions.ts'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import { isDate } from '../../domain/fields/date.ts'
import { fieldRule } from '../../domain/fields/field-rule.ts'
import type { Database, ProfileId } from '../../domain/ids.ts'
import type { Profile } from '../../domain/profile.ts'
import type { ImportRules } from '../../domain/rules.ts'
import type { DocumentKind } from './document-kind.ts'
import { encodeName } from './field-names.ts'
import type { Index } from './indexes.ts'
import {
  decodeAs,
  encodeNumber,
  encodeObject,
  encodeText,
  type StoredJson,
  type StoredNumber,
  type StoredObject,
} from './stored-json.ts'

export interface StoredProfile {
  /** `<account>.<database>.<profile id>` */
  readonly _id: string
  readonly account_id: StoredNumber
  readonly db_id: StoredNumber
  readonly profile_id: string
  readonly created_revision: StoredNumber
  readonly revision: StoredNumber
  readonly bytes: StoredNumber
  readonly fields: StoredObject
  readonly subscriptions: ReadonlyArray<StoredObject>
  readonly keys: ReadonlyArray<StoredJson>
  readonly created_at: Date
  readonly updated_at: Date
  /** Each declared date among the fields, for queries: `fields` has its text. */
  readonly dates?: Readonly<Record<string, Date>>
}

const creation = { account_id: 1, db_id: 1, created_revision: 1 } as const

export const profileIndexes: ReadonlyArray<Index> = [
  // Serves every matching mode: for one key and database, the oldest profile first. The key comes first because it is the
  // most selective, however a server handles the rest.
  { name: 'by_key', key: { keys: 1, account_id: 1, db_id: 1, created_revision: 1 } },
  { name: 'by_creation', key: creation },
]

export const profileDocuments = (
  definitionOf: ImportRules['definitionOf'],
): DocumentKind<ProfileRef, ProfileDocument, StoredProfile> => ({
  indexes: profileIndexes,
  scanOrder: creation,
  toStored: ({ profile, keys, createdAt, updatedAt }) => ({
    _id: idOf(profile, profile.profile_id),
    account_id: encodeNumber(profile.account_id),
    db_id: encodeNumber(profile.db_id),
    profile_id: profile.profile_id,
    created_revision: encodeNumber(profile.created_revision),
    revision: encodeNumber(profile.revision),
    created_at: new Date(createdAt),
    updated_at: new Date(updatedAt),
    bytes: encodeNumber(profile.bytes),
    fields: encodeObject(profile.fields),
    ...datesOf(profile, definitionOf(profile) ?? undeclared),
    subscriptions: profile.subscriptions.map((subscription) => encodeObject(subscription)),
    keys: keys.map(encodeText),
  }),
  isNew: ({ created_revision, revision }) =>
    decodeAs<number>(created_revision) === decodeAs<number>(revision),
  fromStored: (stored) => ({
    profile: toProfile(stored),
    keys: decodeAs(stored.keys),
    createdAt: stored.created_at.toISOString(),
    updatedAt: stored.updated_at.toISOString(),
  }),
  having: (refs) => ({ _id: { $in: refs.map(({ database, profileId }) => idOf(database, profileId)) } }),
})

const datesOf = (
  { fields }: Profile,
  definition: DatabaseDefinition,
): { readonly dates?: Readonly<Record<string, Date>> } => {
  const dates: Array<readonly [string, Date]> = []
  for (const [name, value] of Object.entries(fields)) {
    if (fieldRule(definition, name)?.type !== 'date' || typeof value !== 'string' || !isDate(value)) continue
    const date = new Date(value.toUpperCase().replace(' ', 'T'))
    // A leap second is a time, but not one that a Date can hold.
    if (!Number.isNaN(date.getTime())) dates.push([encodeName(name), date])
  }
  return dates.length === 0 ? {} : { dates: Object.fromEntries(dates) }
}

const idOf = ({ account_id, db_id }: Database, profileId: ProfileId): string =>
  `${account_id}.${db_id}.${profileId}`

/** As read for matching. */
export const toProfile = (
  stored: Omit<StoredProfile, '_id' | 'keys' | 'created_at' | 'updated_at'>,
): Profile => ({
  account_id: decodeAs(stored.account_id),
  db_id: decodeAs(stored.db_id),
  profile_id: decodeAs(stored.profile_id),
  created_revision: decodeAs(stored.created_revision),
  revision: decodeAs(stored.revision),
  bytes: decodeAs(stored.bytes),
  fields: decodeAs(stored.fields),
  subscriptions: decodeAs(stored.subscriptions),
})
