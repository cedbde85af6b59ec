import type { Database, ProfileId } from '../../domain/ids.ts'
import type { IdentityKey } from '../../domain/matching/identity-key.ts'
import type { Profile } from '../../domain/profile.ts'

/** What the `profiles` projection keeps of a profile. */
export interface ProfileDocument {
  readonly profile: Profile
  /** Everything the profile can be found by, without repeats; `id:` and its profile id among them. */
  readonly keys: ReadonlyArray<IdentityKey>
}

export interface ProfileRef {
  readonly database: Database
  readonly profileId: ProfileId
}
