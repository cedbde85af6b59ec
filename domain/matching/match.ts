import type { Profile } from '../profile.ts'

/** What a criterion found in its database. */
export interface Match {
  /** The oldest; undefined when nothing was found. */
  readonly profile: Profile | undefined
  /** Counted to `maxCandidates`. */
  readonly candidates: number
}
