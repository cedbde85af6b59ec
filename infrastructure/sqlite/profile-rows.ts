import type { Database, ProfileId } from '../../domain/ids.ts'
import type { Profile, ProfileContent } from '../../domain/profile.ts'
import { parseStored } from './damaged-row.ts'

/** `Database`: the row is read for this database, so account and database need not be read again. */
export interface ProfileRow {
  readonly created_revision: number
  readonly profile_id: ProfileId
  readonly revision: number
  /** JSON of the content. */
  readonly state: string
}

export const profileColumns = 'created_revision, profile_id, revision, state'

export const toProfile = (database: Database, row: ProfileRow): Profile => {
  const { bytes, fields, subscriptions }: ProfileContent = parseStored(row.state)
  return {
    account_id: database.account_id,
    db_id: database.db_id,
    profile_id: row.profile_id,
    created_revision: row.created_revision,
    revision: row.revision,
    bytes,
    fields,
    subscriptions,
  }
}
