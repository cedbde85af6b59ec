import type { ProfileDocument } from '../../../application/ports/profile-document.ts'
import { contentAfter, noContent } from '../../../domain/content-after.ts'
import type { FieldChange, Subscription, SubscriptionChange } from '../../../domain/events/current.ts'
import { type Database, profileIdOf } from '../../../domain/ids.ts'
import type { JsonObject } from '../../../domain/json.ts'
import type { IdentityKey } from '../../../domain/matching/identity-key.ts'
import type { ProfileContent } from '../../../domain/profile.ts'
import { aDatabase, anImportId, aTime } from './event-builders.ts'

interface Told {
  readonly database?: Database
  readonly revision?: number
  readonly fields?: JsonObject
}

/** Measured from scratch. */
export const aContent = (
  fields: JsonObject,
  subscriptions: ReadonlyArray<Subscription> = [],
): ProfileContent => {
  const { bytes } = contentAfter(noContent, {
    changes: Object.entries(fields).map(([field, value]): FieldChange => ({ field, action: 'set', value })),
    subscriptions: subscriptions.map((subscription): SubscriptionChange => ({ action: 'put', subscription })),
  })
  return { bytes, fields, subscriptions }
}

export const aKey = (text: string): IdentityKey => text as IdentityKey

/** The profile that the event at revision `n` of its database created, with these keys besides that of its id. */
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
      ...aContent(told.fields ?? { n }, [
        { channel: 'sms', resource_id: 24, phone: '+79000000000', status: 1 },
      ]),
    },
    keys: [aKey(`id:${profile_id}`), ...keys.map(aKey)],
    createdAt: aTime(n),
    updatedAt: aTime(told.revision ?? n),
  }
}
