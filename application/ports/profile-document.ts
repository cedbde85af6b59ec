import type { Database, ProfileId } from '../../domain/ids.ts'
import type { IdentityKey } from '../../domain/matching/identity-key.ts'
import type { Profile } from '../../domain/profile.ts'

/** What the `profiles` projection keeps of a profile. */
export interface ProfileDocument {
  readonly profile: Profile
  /** Everything the profile can be found by, without repeats; `id:` and its profile id among them. */
  readonly keys: ReadonlyArray<IdentityKey>
}

/**
 * No profile has more `bytes` than this, whatever the limit is. Every store of the read models must hold a document of
 * that size, so that a log that was filled beside one of them can be projected into any other. MongoDB decides it: each byte
 * takes six there at most, and a document ends at 16 MiB.
 */
export const maxProfileBytes = 2 * 1024 * 1024

export interface ProfileRef {
  readonly database: Database
  readonly profileId: ProfileId
}
