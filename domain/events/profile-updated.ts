import * as t from 'io-ts'
import { fieldChangeCodec, subscriptionChangeCodec } from '../changes.ts'
import { positiveIntCodec, profileIdCodec } from '../ids.ts'

/** Recorded also when nothing changed: then both lists are empty. */
export const profileUpdatedCodec = t.type({
  type: t.literal('ProfileUpdated'),
  data: t.type({
    account_id: positiveIntCodec,
    db_id: positiveIntCodec,
    profile_id: profileIdCodec,
    changes: t.array(fieldChangeCodec),
    subscriptions: t.array(subscriptionChangeCodec),
  }),
})
export type ProfileUpdated = Readonly<t.TypeOf<typeof profileUpdatedCodec>>
