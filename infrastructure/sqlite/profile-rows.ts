import type { ProfileDocument } from '../../application/ports/profile-document.ts'
import { type Database, type ProfileId, profileIdCodec } from '../../domain/ids.ts'
import { isJsonObject } from '../../domain/json.ts'
import type { IdentityKey } from '../../domain/matching/identity-key.ts'
import type { Profile, ProfileContent } from '../../domain/profile.ts'
import { DamagedRow, parseStored, storedCount } from './damaged-row.ts'

/** `Database`: the row is read for this database, so account and database need not be read again. */
export interface ProfileRow {
  readonly created_revision: number
  readonly profile_id: ProfileId
  readonly revision: number
  /** JSON of the content and the times. */
  readonly state: string
}

export const profileColumns = 'created_revision, profile_id, revision, state'

export interface ProfileState extends ProfileContent {
  readonly created_at: string
  readonly updated_at: string
}

/** @throws DamagedRow */
export const toProfile = (
  database: Database,
  row: ProfileRow,
  { bytes, fields, subscriptions }: ProfileContent = parseStored(row.state),
): Profile => {
  // An event with a wrong id could not be read again.
  if (!profileIdCodec.is(row.profile_id)) throw new DamagedRow('a profile has no valid id')
  if (!isJsonObject(fields) || !Array.isArray(subscriptions))
    throw new DamagedRow('the content of a profile cannot be read')
  return {
    account_id: database.account_id,
    db_id: database.db_id,
    profile_id: row.profile_id,
    created_revision: storedCount(row.created_revision, 'the first revision of a profile'),
    revision: storedCount(row.revision, 'the revision of a profile'),
    bytes: storedCount(bytes, 'the size of a profile'),
    fields,
    subscriptions,
  }
}

/** @throws DamagedRow */
export const toDocument = (
  database: Database,
  row: ProfileRow & { readonly keys: string },
): ProfileDocument => {
  const state: ProfileState = parseStored(row.state)
  return {
    profile: toProfile(database, row, state),
    keys: storedKeys(row.keys),
    createdAt: state.created_at,
    updatedAt: state.updated_at,
  }
}

/** From the JSON of a list. @throws DamagedRow */
export const storedKeys = (text: string): ReadonlyArray<IdentityKey> => {
  const keys = parseStored(text)
  if (!Array.isArray(keys) || keys.some((key) => typeof key !== 'string'))
    throw new DamagedRow('the keys of a profile cannot be read')
  return keys
}
