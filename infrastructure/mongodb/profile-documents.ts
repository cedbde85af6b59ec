import type { ProfileDocument, ProfileRef } from '../../application/ports/profile-document.ts'
import type { Database, ProfileId } from '../../domain/ids.ts'
import type { Profile } from '../../domain/profile.ts'
import type { DocumentKind } from './document-kind.ts'
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
}

const creation = { account_id: 1, db_id: 1, created_revision: 1 } as const

export const profileDocuments: DocumentKind<ProfileRef, ProfileDocument, StoredProfile> = {
  indexes: [
    // Serves every matching mode: for one key and database, the oldest profile first. The key comes first because it is
    // the most selective, however a server handles the rest.
    { name: 'by_key', key: { keys: 1, account_id: 1, db_id: 1, created_revision: 1 } },
    { name: 'by_creation', key: creation },
  ],
  scanOrder: creation,
  toStored: ({ profile, keys }) => ({
    _id: idOf(profile, profile.profile_id),
    account_id: encodeNumber(profile.account_id),
    db_id: encodeNumber(profile.db_id),
    profile_id: profile.profile_id,
    created_revision: encodeNumber(profile.created_revision),
    revision: encodeNumber(profile.revision),
    bytes: encodeNumber(profile.bytes),
    fields: encodeObject(profile.fields),
    subscriptions: profile.subscriptions.map((subscription) => encodeObject(subscription)),
    keys: keys.map(encodeText),
  }),
  isNew: ({ created_revision, revision }) =>
    decodeAs<number>(created_revision) === decodeAs<number>(revision),
  fromStored: (stored) => ({ profile: toProfile(stored), keys: decodeAs(stored.keys) }),
  having: (refs) => ({ _id: { $in: refs.map(({ database, profileId }) => idOf(database, profileId)) } }),
}

const idOf = ({ account_id, db_id }: Database, profileId: ProfileId): string =>
  `${account_id}.${db_id}.${profileId}`

/** As read for matching: without the keys. */
export const toProfile = (stored: Omit<StoredProfile, '_id' | 'keys'>): Profile => ({
  account_id: decodeAs(stored.account_id),
  db_id: decodeAs(stored.db_id),
  profile_id: decodeAs(stored.profile_id),
  created_revision: decodeAs(stored.created_revision),
  revision: decodeAs(stored.revision),
  bytes: decodeAs(stored.bytes),
  fields: decodeAs(stored.fields),
  subscriptions: decodeAs(stored.subscriptions),
})
