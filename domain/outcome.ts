import * as t from 'io-ts'
import { profileIdCodec } from './ids.ts'
import { rejectionCodec } from './rejection.ts'

/** What an import came to, short: enough to answer it. */
export const outcomeCodec = t.union([
  t.type({ verdict: t.keyof({ created: null, updated: null, unchanged: null }), profile_id: profileIdCodec }),
  t.type({ verdict: t.literal('rejected'), rejection: rejectionCodec }),
])
export type Outcome = Readonly<t.TypeOf<typeof outcomeCodec>>

export type Verdict = Outcome['verdict'] | 'duplicate'
