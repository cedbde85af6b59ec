import type { ProfileUpdated, Reason, RecordedReason } from './events/current.ts'
import type { ProfileId } from './ids.ts'
import { reasonCode, reasonText } from './reason.ts'

/** The result of an import, reduced to what is needed to answer it. */
export type Outcome =
  | { readonly verdict: 'created' | ProfileUpdated['public']['verdict']; readonly profile_id: ProfileId }
  | Rejection

export type Rejection = {
  readonly verdict: 'rejected'
  /** That of the first reason. */
  readonly code: number
  readonly reasons: ReadonlyArray<RecordedReason>
  /** How many more there are; absent if none. */
  readonly further?: number
}

export const refusedFor = (reason: Reason): Outcome => ({
  verdict: 'rejected',
  code: reasonCode(reason),
  reasons: [reason],
})

/** The code with which an outcome is answered; 0: done. */
export const outcomeCode = (outcome: Outcome): number => (outcome.verdict === 'rejected' ? outcome.code : 0)

/** Why it was refused; '' if it was not. */
export const outcomeText = (outcome: Outcome): string =>
  outcome.verdict === 'rejected'
    ? [...outcome.reasons.map(reasonText), ...furtherText(outcome)].join('; ')
    : ''

const furtherText = ({ further = 0 }: Rejection): ReadonlyArray<string> =>
  further === 0 ? [] : [`and ${further} more ${further === 1 ? 'mistake' : 'mistakes'}`]

/** Of the answer to a message. */
export type Verdict = Outcome['verdict'] | 'duplicate'

const verdictNames: Record<Verdict, true> = {
  created: true,
  updated: true,
  unchanged: true,
  rejected: true,
  duplicate: true,
}
export const verdicts = Object.keys(verdictNames) as ReadonlyArray<Verdict>
