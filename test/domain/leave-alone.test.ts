import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { decide } from '../../domain/decide.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { LaterChanges } from '../../domain/later-changes.ts'
import { defaultLimits } from '../../domain/limits.ts'
import { identityMembers, subscriptionIdentity } from '../../domain/subscriptions/identity.ts'
import { arbitraryMessage } from '../support/builders/arbitrary-messages.ts'
import {
  buildImportId,
  buildMessage,
  buildRules,
  commandFrom,
  findIn,
  given,
} from '../support/builders/message-builders.ts'

const [replay, later] = [buildImportId(98), buildImportId(99)]

const changed = (fields: Iterable<string>, subscriptions: Iterable<string> = []): LaterChanges => ({
  fields: new Map([...fields].map((field) => [field, later])),
  subscriptions: new Map([...subscriptions].map((identity) => [identity, later])),
})

/** What a message does to the profile that it finds, by email, in one that another message created. */
const decided = (
  held: JsonObject,
  message: JsonObject,
  laterChanges?: LaterChanges,
  rules = buildRules(),
) => {
  const email = { email: 'ann@example.com' }
  const world = given([buildMessage({ ...email, data: { ...held, ...email } })])
  const command = commandFrom(buildMessage({ ...email, data: message }), rules)
  if (E.isLeft(command)) return undefined
  const match = findIn(world, command.right.criterion)
  const result = decide(rules)(command.right, replay, match, laterChanges)
  if (E.isLeft(result)) return result.left
  const { event } = result.right
  return event.type === 'ProfileUpdated' ? { ...event.personal, verdict: event.public.verdict } : undefined
}

const withoutEmail = ({ data }: JsonObject): JsonObject => {
  const { email, ...rest } = data as JsonObject
  return rest
}

test('a replay does what it would do otherwise, except to what later imports have changed, and tells the rest', () => {
  const seen = { left: 0, kept: 0 }
  const arbitraryData = arbitraryMessage().map(withoutEmail)
  fc.assert(
    fc.property(arbitraryData, arbitraryData, fc.infiniteStream(fc.boolean()), (held, data, choices) => {
      let all: ReturnType<typeof decided>
      try {
        all = decided(held, data)
      } catch {
        // The profile could not be created.
        return
      }
      if (all === undefined || !('changes' in all)) return
      const isLater = () => choices.next().value
      const fields = all.changes.filter(isLater).map(({ field }) => field)
      const subscriptions = all.subscriptions.filter(isLater).map((change) => change.subscription)
      const laterChanges = changed(fields, subscriptions.map(subscriptionIdentity))
      const spared = decided(held, data, laterChanges)
      if (spared === undefined || !('changes' in spared)) throw new Error('refused')
      expect(spared.changes).toEqual(all.changes.filter(({ field }) => !laterChanges.fields.has(field)))
      expect(spared.subscriptions).toEqual(
        all.subscriptions.filter(
          (each) => !laterChanges.subscriptions.has(subscriptionIdentity(each.subscription)),
        ),
      )
      const left = {
        fields: [...new Set(fields)].map((field) => ({ field, changed_by: later })),
        subscriptions: subscriptions.map((each) => ({
          subscription: identityMembers(each),
          changed_by: later,
        })),
      }
      const count = left.fields.length + left.subscriptions.length
      expect(spared.left_alone).toEqual(count === 0 ? undefined : left)
      expect(spared.verdict).toBe(
        spared.changes.length + spared.subscriptions.length > 0 ? 'updated' : 'unchanged',
      )
      seen.left += count
      seen.kept += spared.changes.length + spared.subscriptions.length
    }),
    { numRuns: 500 },
  )
  expect(seen.left).toBeGreaterThan(50)
  expect(seen.kept).toBeGreaterThan(50)
})

test('what a replay would not change is not told', () => {
  expect(
    decided({ city: 'Lund' }, { city: 'Lund', size: null }, changed(['city', 'size', 'other'])),
  ).not.toHaveProperty('left_alone')
})

test('what would be refused is left alone, and counts towards no limit', () => {
  const rules = buildRules({ limits: { ...defaultLimits, fields: 2, subscriptions: 1 } })
  const one = { channel: 'email', resource_id: 1, email: 'ann@example.com' }
  const two = { ...one, resource_id: 2 }
  expect(
    decided({ bonus: 'x' }, { bonus: { action: 'incr', value: 1 } }, changed(['bonus']), rules),
  ).toMatchObject({
    left_alone: { fields: [{ field: 'bonus' }] },
  })
  expect(decided({ a: 1 }, { b: 1 }, changed(['b']), rules)).toMatchObject({ verdict: 'unchanged' })
  const putting = (laterChanges: LaterChanges) =>
    decided({ subscriptions: [one] }, { subscriptions: [two] }, laterChanges, rules)
  expect(putting(changed([]))).toMatchObject([{ tag: 'LimitExceeded' }])
  expect(putting(changed([], [subscriptionIdentity(two)]))).toMatchObject({ verdict: 'unchanged' })
})
