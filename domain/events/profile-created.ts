import * as t from 'io-ts'
import { fieldChangeCodec, subscriptionChangeCodec } from '../changes.ts'
import { positiveIntCodec, profileIdCodec } from '../ids.ts'

export const profileCreatedCodec = t.type({
  type: t.literal('ProfileCreated'),
  data: t.type({
    account_id: positiveIntCodec,
    db_id: positiveIntCodec,
    profile_id: profileIdCodec,
    changes: t.array(fieldChangeCodec),
    subscriptions: t.array(subscriptionChangeCodec),
  }),
})
export type ProfileCreated = Readonly<t.TypeOf<typeof profileCreatedCodec>>
