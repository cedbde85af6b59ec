import type { ProfileDocument } from '../../application/ports/profile-document.ts'
import { type Database, profileIdOf } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { IdentityKey } from '../../domain/matching/identity-key.ts'
import { aDatabase, anImportId } from './event-builders.ts'

interface Told {
  readonly database?: Database
  readonly revision?: number
  readonly fields?: JsonObject
}

export const aKey = (text: string): IdentityKey => text as IdentityKey

/** The profile that the event at revision `n` of its database created, with these keys beside that of its id. */
export const aProfileDocument = (
  n: number,
  keys: ReadonlyArray<string> = [],
  told: Told = {},
): ProfileDocument => {
  const profile_id = profileIdOf(anImportId(n))
  return {
    profile: {
      ...(told.database ?? aDatabase()),
      profile_id,
      created_revision: n,
      revision: told.revision ?? n,
      fields: told.fields ?? { n },
      subscriptions: [{ channel: 'sms', resource_id: 24, phone: '+79000000000', status: 1 }],
    },
    keys: [aKey(`id:${profile_id}`), ...keys.map(aKey)],
  }
}
