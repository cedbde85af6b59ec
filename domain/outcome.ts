import * as t from 'io-ts'
import { profileIdCodec } from './ids.ts'
import { rejectionCode, rejectionCodec } from './rejection.ts'

/** What an import came to, short: enough to answer it. */
export const outcomeCodec = t.union([
  t.type({ verdict: t.keyof({ created: null, updated: null, unchanged: null }), profile_id: profileIdCodec }),
  t.type({ verdict: t.literal('rejected'), rejection: rejectionCodec }),
])
export type Outcome = Readonly<t.TypeOf<typeof outcomeCodec>>

/** The code that an outcome is answered with; 0: done. */
export const outcomeCode = (outcome: Outcome): number =>
  outcome.verdict === 'rejected' ? rejectionCode(outcome.rejection) : 0

export type Verdict = Outcome['verdict'] | 'duplicate'
