import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { undeclared } from '../../../domain/definitions/undeclared.ts'
import { identityKeysOf } from '../../../domain/matching/identity-keys.ts'
import { type KeysByOrigin, keysAfter, keysByOrigin } from '../../../domain/matching/keys-by-origin.ts'
import type { Profile } from '../../../domain/profile.ts'
import { arbitraryMessage } from '../../support/builders/arbitrary-messages.ts'
import { declaring, emptyWorld, importInto } from '../../support/builders/message-builders.ts'

test('the keys carried from change to change equal those of the profile', () => {
  const rules = [
    emptyWorld(),
    emptyWorld(
      declaring({ segments: { type: 'tags', match: true }, CRM_ID: { type: 'string', match: true } }),
    ),
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...rules),
      fc.array(arbitraryMessage(), { maxLength: 15 }),
      (empty, messages) => {
        const held = new Map<string, { profile: Profile; keys: KeysByOrigin }>()
        let world = empty
        for (const message of messages) {
          const step = importInto(world, message)
          if (E.isRight(step.result)) {
            const { public: known, personal } = step.result.right
            const profile = step.world.profiles.find(({ profile_id }) => profile_id === known.profile_id)
            if (profile === undefined) throw new Error('no profile')
            const definition = world.rules.definitionOf(profile) ?? undeclared
            const before = held.get(known.profile_id)
            const keys =
              before === undefined
                ? keysByOrigin(profile, definition)
                : keysAfter(before, personal, profile, definition)
            held.set(known.profile_id, { profile, keys })
            const all = new Set([...keys.values()].flat())
            expect([...all].sort()).toEqual([...identityKeysOf(profile, definition)].sort())
          }
          world = step.world
        }
      },
    ),
    { numRuns: 300 },
  )
})
