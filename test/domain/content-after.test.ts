import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../domain/json.ts'
import { defaultLimits } from '../../domain/limits.ts'
import { arbitraryMessage } from '../support/builders/arbitrary-messages.ts'
import {
  buildMessage,
  buildRules,
  emptyWorld,
  given,
  importInto,
  type World,
} from '../support/builders/message-builders.ts'
import { aContent } from '../support/builders/profile-builders.ts'

const atMost = (profile_bytes: number) => buildRules({ limits: { ...defaultLimits, profile_bytes } })
const withLimit = (world: World, bytes: number): World => ({ ...world, rules: atMost(bytes) })
const bytesOf = ({ profiles }: World): number => profiles[0]?.bytes ?? 0

const saying = (data: JsonObject) => buildMessage({ email: 'a@example.com', data })
const email = { channel: 'email', resource_id: 24, email: 'a@example.com' }

describe('a profile of a given size', () => {
  const creation = saying({ city: 'Riga', tags: ['a'], subscriptions: [email] })
  const bytes = bytesOf(given([creation]))
  const refusal = (maximum: number) => E.left([{ tag: 'LimitExceeded', limit: 'profile_bytes', maximum }])

  test('is created if the limit allows that many bytes', () => {
    expect(importInto(emptyWorld(atMost(bytes)), creation).result).toMatchObject({
      right: { type: 'ProfileCreated' },
    })
  })

  test('is not created if the limit is lower', () => {
    expect(importInto(emptyWorld(atMost(bytes - 1)), creation).result).toEqual(refusal(bytes - 1))
  })

  const full = withLimit(given([creation]), bytes)

  test.each<[string, JsonObject]>([
    ['another value as long', { city: 'Oslo' }],
    ['a shorter one', { city: 'Ulm' }],
    ['none', { city: null }],
    ['a new field for a removed one', { city: null, town: 'Riga' }],
    ['what it has', { city: 'Riga', tags: { action: 'add', value: ['a'] } }],
    ['another tag for its own', { tags: ['b'] }],
    ['a subscription less, and a field', { subscriptions: null, more: 'x' }],
  ])('exactly at the limit accepts %s', (_, data) => {
    const { result, world } = importInto(full, saying(data))
    expect(result).toMatchObject({ right: { type: 'ProfileUpdated' } })
    expect(bytesOf(world)).toBeLessThanOrEqual(bytes)
  })

  test.each<[string, JsonObject]>([
    ['a longer value', { city: 'Rigas' }],
    ['a new field', { more: 1 }],
    ['one more tag', { tags: { action: 'add', value: ['b'] } }],
    ['a member of a subscription', { subscriptions: [{ ...email, status: 'on' }] }],
    ['another subscription', { subscriptions: [{ ...email, resource_id: 25 }] }],
    ['more than it loses', { city: null, town: 'Rigas' }],
  ])('exactly at the limit refuses %s', (_, data) => {
    expect(importInto(full, saying(data)).result).toEqual(refusal(bytes))
  })

  test('above a lowered limit can be changed as long as it does not grow', () => {
    const lowered = withLimit(full, 10)
    const shrunk = importInto(lowered, saying({ city: 'Ulm' }))
    expect(shrunk.result).toMatchObject({ right: { personal: { changes: [{ field: 'city' }] } } })
    expect(importInto(shrunk.world, saying({ city: 'Bonn' })).result).toEqual(refusal(10))
  })
})

test('a message that would multiply a long text is refused before it is measured', () => {
  const elements = Array.from({ length: 10_000 }, () => ({ a: 1 }))
  const world = given([saying({ list: elements })])
  const long = 'x'.repeat(100_000)
  const started = performance.now()
  const { result } = importInto(world, saying({ list: { action: 'upsert', submatch: 'a', value: long } }))
  expect(result).toMatchObject({ left: [{ tag: 'LimitExceeded', limit: 'profile_bytes' }] })
  expect(performance.now() - started).toBeLessThan(1000)
})

test("the bytes are those of the profile's content, whatever its history", () => {
  fc.assert(
    fc.property(fc.array(arbitraryMessage(), { maxLength: 15 }), (messages) => {
      const { profiles } = messages.reduce((world, message) => importInto(world, message).world, emptyWorld())
      for (const { bytes, fields, subscriptions } of profiles) {
        expect(bytes).toBe(aContent(fields, subscriptions).bytes)
        const json = Buffer.byteLength(JSON.stringify(fields) + JSON.stringify(subscriptions))
        expect(bytes).toBeGreaterThanOrEqual(json - '{}[]'.length)
      }
    }),
    { numRuns: 300 },
  )
})

test('no profile grows beyond its limit', () => {
  let refused = 0
  fc.assert(
    fc.property(fc.array(arbitraryMessage(), { minLength: 5, maxLength: 15 }), (messages) => {
      const end = messages.reduce(
        (world, message) => {
          const step = importInto(world, message)
          if (E.isLeft(step.result) && step.result.left[0].tag === 'LimitExceeded') refused += 1
          return step.world
        },
        emptyWorld(atMost(400)),
      )
      for (const { bytes } of end.profiles) expect(bytes).toBeLessThanOrEqual(400)
    }),
    { numRuns: 300 },
  )
  expect(refused).toBeGreaterThan(20)
})
