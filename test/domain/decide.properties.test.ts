import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { evolve } from '../../domain/evolve.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { arbitraryMessage } from '../support/builders/arbitrary-messages.ts'
import {
  commandFrom,
  emptyWorld,
  findIn,
  importInto,
  type World,
} from '../support/builders/message-builders.ts'

const worldAfter = (messages: ReadonlyArray<JsonObject>): World =>
  messages.reduce((world, message) => importInto(world, message).world, emptyWorld())

const isFunction = (value: Json | undefined): boolean => isJsonObject(value) && Object.hasOwn(value, 'action')

/** Only sets and unsets. */
const withoutFunctions = (message: JsonObject): JsonObject => ({
  ...message,
  data: isJsonObject(message.data)
    ? Object.fromEntries(Object.entries(message.data).filter(([, value]) => !isFunction(value)))
    : {},
})

/** Whether `data` changes what the message is matched by, and so may change the match. */
const contradictsItself = (message: JsonObject): boolean => {
  const data = message.data as JsonObject
  const named = ['email', typeof message.field_name === 'string' ? message.field_name : '']
  return named.some((name) => Object.hasOwn(data, name))
}

describe('a decision', () => {
  test('does not modify the profile that it is based on', () => {
    fc.assert(
      fc.property(fc.array(arbitraryMessage(), { maxLength: 8 }), arbitraryMessage(), (before, message) => {
        const world = worldAfter(before)
        const copy = structuredClone(world.profiles)
        importInto(world, message)
        expect(world.profiles).toEqual(copy)
      }),
    )
  })

  test('that creates a profile lets the same message find it next time', () => {
    let created = 0
    fc.assert(
      fc.property(fc.array(arbitraryMessage(), { maxLength: 3 }), arbitraryMessage(), (before, message) => {
        const { result, world } = importInto(worldAfter(before), message)
        if (E.isLeft(result) || result.right.type !== 'ProfileCreated' || contradictsItself(message)) return
        created += 1
        const again = importInto(world, message)
        expect(again.result).toMatchObject({
          right: { type: 'ProfileUpdated', public: { profile_id: result.right.public.profile_id } },
        })
      }),
      { numRuns: 1000 },
    )
    expect(created).toBeGreaterThan(20)
  })

  test('for a message without functions changes nothing the second time', () => {
    let updated = 0
    fc.assert(
      fc.property(
        fc.array(arbitraryMessage(), { minLength: 8, maxLength: 16 }),
        arbitraryMessage(),
        (before, any) => {
          const message = withoutFunctions(any)
          const first = importInto(worldAfter(before), message)
          if (E.isLeft(first.result) || first.result.right.type !== 'ProfileUpdated') return
          updated += 1
          const command = commandFrom(message)
          const found = E.isRight(command) ? findIn(first.world, command.right.criterion).profile : undefined
          if (found?.profile_id !== first.result.right.public.profile_id) return
          expect(importInto(first.world, message).result).toMatchObject({
            right: { public: { verdict: 'unchanged' }, personal: { changes: [], subscriptions: [] } },
          })
        },
      ),
      { numRuns: 250 },
    )
    expect(updated).toBeGreaterThan(20)
  })

  test('equals the fold of events that were written and read again', () => {
    fc.assert(
      fc.property(fc.array(arbitraryMessage(), { maxLength: 12 }), (messages) => {
        let world = emptyWorld()
        const folded = new Map<string, World['profiles'][number]>()
        for (const message of messages) {
          const step = importInto(world, message)
          if (E.isRight(step.result)) {
            const event = JSON.parse(JSON.stringify(step.result.right))
            const id = step.result.right.public.profile_id
            folded.set(id, evolve(folded.get(id), event, world.revision))
          }
          world = step.world
        }
        expect([...folded.values()].sort((a, b) => a.created_revision - b.created_revision)).toEqual(
          world.profiles,
        )
      }),
      { numRuns: 200 },
    )
  })

  test('puts every plain value of data into the profile', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.jsonValue({ maxDepth: 2 }).filter((v) => v !== null),
    )
    const name = fc.stringMatching(/^[a-z]{1,5}$/).filter((text) => text !== 'email')
    fc.assert(
      fc.property(fc.dictionary(name, value), fc.dictionary(name, value), (first, second) => {
        const normal = (fields: object) => JSON.parse(JSON.stringify(fields)) as JsonObject
        const message = (fields: object): JsonObject => ({
          account_id: 1,
          db_id: 1,
          email: 'a@example.com',
          data: normal(fields),
        })
        const step = [message(first), message(second)].reduce((world, each) => {
          const { result, world: next } = importInto(world, each)
          fc.pre(E.isRight(result))
          return next
        }, emptyWorld())
        expect(step.profiles[0]?.fields).toEqual(normal({ email: 'a@example.com', ...first, ...second }))
      }),
    )
  })
})
