import type { ProfileUpdated, Reason } from './events/current.ts'
import type { ProfileId } from './ids.ts'
import { reasonCode } from './reason.ts'

/** The result of an import, reduced to what is needed to answer it. */
export type Outcome =
  | { readonly verdict: 'created' | ProfileUpdated['public']['verdict']; readonly profile_id: ProfileId }
  /** The first reason determines the code. */
  | { readonly verdict: 'rejected'; readonly code: number; readonly reasons: ReadonlyArray<Reason> }

export const refusedFor = (reason: Reason): Outcome => ({
  verdict: 'rejected',
  code: reasonCode(reason),
  reasons: [reason],
})

/** The code with which an outcome is answered; 0: done. */
export const outcomeCode = (outcome: Outcome): number => (outcome.verdict === 'rejected' ? outcome.code : 0)

export type Verdict = Outcome['verdict'] | 'duplicate'
