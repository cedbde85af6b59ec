import type { DatabaseDefinition } from '../definitions/definitions.ts'
import type { Profile } from '../profile.ts'
import type { IdentityKey } from './identity-key.ts'
import { eachOrigin } from './keys-by-origin.ts'

/** Everything that the profile can be found by, without duplicates. */
export const identityKeysOf = (
  profile: Pick<Profile, 'profile_id' | 'fields' | 'subscriptions'>,
  definition: DatabaseDefinition,
): ReadonlyArray<IdentityKey> => {
  const all = new Set<IdentityKey>()
  eachOrigin(profile, definition, (_, keys) => {
    for (const key of keys) all.add(key)
  })
  return [...all]
}
