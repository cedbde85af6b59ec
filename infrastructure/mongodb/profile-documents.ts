import type { ProfileDocument, ProfileRef } from '../../application/ports/profile-document.ts'
import type { Database } from '../../domain/ids.ts'
import { idKey } from '../../domain/matching/keys.ts'
import type { Profile } from '../../domain/profile.ts'
import { databaseStream } from '../../domain/streams.ts'
import type { DocumentKind, ProfileKey } from './document-kind.ts'
import {
  decodeAs,
  encodeNumber,
  encodeObject,
  encodeText,
  type StoredJson,
  type StoredNumber,
  type StoredObject,
} from './stored-json.ts'

export interface StoredProfile extends ProfileKey {
  readonly _id: ProfileKey
  readonly profile_id: string
  readonly revision: StoredNumber
  readonly fields: StoredObject
  readonly subscriptions: ReadonlyArray<StoredObject>
  readonly keys: ReadonlyArray<StoredJson>
}

export const profileDocuments: DocumentKind<ProfileRef, ProfileDocument, StoredProfile> = {
  projection: 'profiles',
  // Serves every matching mode: of one database and key, the oldest profile first.
  indexes: [{ name: 'by_key', key: { account_id: 1, db_id: 1, keys: 1, created_revision: 1 } }],
  scanOrder: { _id: 1 },
  toStored: ({ profile, keys }) => {
    const id = {
      account_id: encodeNumber(profile.account_id),
      db_id: encodeNumber(profile.db_id),
      created_revision: encodeNumber(profile.created_revision),
    }
    return {
      _id: id,
      ...id,
      profile_id: profile.profile_id,
      revision: encodeNumber(profile.revision),
      fields: encodeObject(profile.fields),
      subscriptions: profile.subscriptions.map((subscription) => encodeObject(subscription)),
      keys: keys.map(encodeText),
    }
  },
  fromStored: (stored) => ({ profile: toProfile(stored), keys: decodeAs(stored.keys) }),
  having: (refs) => {
    const byDatabase = new Map<string, { database: Database; keys: Array<string> }>()
    for (const { database, profileId } of refs) {
      const name = databaseStream(database)
      const group = byDatabase.get(name)
      if (group === undefined) byDatabase.set(name, { database, keys: [idKey(profileId)] })
      else group.keys.push(idKey(profileId))
    }
    return {
      $or: [...byDatabase.values()].map(({ database, keys }) => ({
        account_id: database.account_id,
        db_id: database.db_id,
        keys: { $in: keys },
      })),
    }
  },
}

/** As a match reads it: without the keys. */
export const toProfile = (stored: Omit<StoredProfile, '_id' | 'keys'>): Profile => ({
  account_id: decodeAs(stored.account_id),
  db_id: decodeAs(stored.db_id),
  profile_id: decodeAs(stored.profile_id),
  created_revision: decodeAs(stored.created_revision),
  revision: decodeAs(stored.revision),
  fields: decodeAs(stored.fields),
  subscriptions: decodeAs(stored.subscriptions),
})
