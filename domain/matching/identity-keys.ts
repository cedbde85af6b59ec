import type { DatabaseDefinition } from '../definitions/definitions.ts'
import type { Profile } from '../profile.ts'
import type { IdentityKey } from './identity-key.ts'
import { keysByOrigin } from './keys-by-origin.ts'

/** Everything that the profile can be found by, without duplicates. */
export const identityKeysOf = (
  profile: Profile,
  definition: DatabaseDefinition,
): ReadonlyArray<IdentityKey> => {
  const all = new Set<IdentityKey>()
  for (const keys of keysByOrigin(profile, definition).values()) for (const key of keys) all.add(key)
  return [...all]
}
