import type { Database, ProfileId } from '../../domain/ids.ts'
import type { IdentityKey } from '../../domain/matching/identity-key.ts'
import type { Profile } from '../../domain/profile.ts'

/** The document that the `profiles` projection keeps for a profile. */
export interface ProfileDocument {
  readonly profile: Profile
  /** Everything the profile can be found by, without duplicates, including `id:` and its profile id. */
  readonly keys: ReadonlyArray<IdentityKey>
  /** The time of the event that created it, and of the last one that changed it: as `toISOString` writes it. */
  readonly createdAt: string
  readonly updatedAt: string
}

/**
 * The maximum `bytes` of a profile, whatever the limit is. Every read-model store must hold a document of that size, so
 * that a log that was filled beside one store can be projected into any other. MongoDB determines it: there, each byte
 * takes at most six, and a document is limited to 16 MiB.
 */
export const maxProfileBytes = 2 * 1024 * 1024

export interface ProfileRef {
  readonly database: Database
  readonly profileId: ProfileId
}
