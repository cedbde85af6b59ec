import type { Profile } from '../profile.ts'

/** What a criterion found in its database. */
export interface Match {
  /** The oldest; undefined if nothing was found. */
  readonly profile: Profile | undefined
  /** Counted up to `maxCandidates`. */
  readonly candidates: number
}
