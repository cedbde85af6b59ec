import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import type { FieldChange, SubscriptionChange } from '../../domain/events/current.ts'
import { wrongBefore } from '../support/before-law.ts'
import { arbitraryMessage } from '../support/builders/arbitrary-messages.ts'
import { declaring, emptyWorld, importInto } from '../support/builders/message-builders.ts'

type AnyChange = FieldChange | SubscriptionChange

const kindOf = (change: AnyChange): string => {
  const on = 'replaced' in change && (change.replaced?.length ?? 0) > 1 ? ' in several elements' : ''
  return `${change.action}${'was' in change || 'replaced' in change ? ' of something' : ''}${on}`
}

const kinds: ReadonlyArray<string> = [
  ...['set', 'set of something', 'unset of something', 'incr', 'incr of something', 'add', 'delete'],
  ...['upsert', 'upsert of something', 'upsert of something in several elements'],
  ...['put', 'put of something', 'remove of something'],
]

test('the before-values of a change agree with the earlier events', () => {
  const rules = [emptyWorld(), emptyWorld(declaring({ segments: { type: 'tags', match: true } }))]
  const met = new Map<string, number>()
  fc.assert(
    fc.property(
      fc.constantFrom(...rules),
      fc.array(arbitraryMessage(), { minLength: 5, maxLength: 25 }),
      (empty, messages) => {
        let world = empty
        for (const message of messages) {
          const step = importInto(world, message)
          if (E.isRight(step.result)) {
            const event = step.result.right
            const { profile_id } = event.public
            const held = world.profiles.find((profile) => profile.profile_id === profile_id)
            expect(wrongBefore(held, JSON.parse(JSON.stringify(event)))).toBeUndefined()
            const { changes, subscriptions } = event.personal
            for (const kind of [...changes, ...subscriptions].map(kindOf))
              met.set(kind, (met.get(kind) ?? 0) + 1)
          }
          world = step.world
        }
      },
    ),
    { numRuns: 400 },
  )
  expect([...met.keys()].sort()).toEqual([...kinds].sort())
})
