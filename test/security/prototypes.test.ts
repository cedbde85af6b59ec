import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { receiveMessage } from '../../application/receive-message.ts'
import { evolve } from '../../domain/evolve.ts'
import type { JsonObject } from '../../domain/json.ts'
import { buildMessage, buildRules, emptyWorld, importInto } from '../support/builders/message-builders.ts'

let before: ReadonlyArray<string>
beforeEach(() => {
  before = Object.getOwnPropertyNames(Object.prototype)
})
afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})

const evil = { polluted: true }
const upsert = (submatch: string | Array<string>) => ({ action: 'upsert', value: 1, submatch })
const withData = (data: JsonObject) => buildMessage({ email: 'ann@example.com', data })

describe('a name that leads to properties shared by all objects', () => {
  // As text: `__proto__` in an object literal does not create such a member.
  test.each([
    '{"__proto__":{"polluted":true}}',
    '{"\\u005f_proto__":{"polluted":true}}',
    '{"a":{"__proto__":{"polluted":true}}}',
    '{"orders":[{"__proto__":{"polluted":true}}]}',
    '{"subscriptions":[{"channel":"x","resource_id":1,"cc_data":1,"__proto__":{"polluted":true}}]}',
  ])('is refused anywhere: %s', (data) => {
    const text = `{"account_id":1,"db_id":7,"email":"ann@example.com","data":${data}}`
    const { command } = receiveMessage(buildRules())(new TextEncoder().encode(text))
    expect(command).toMatchObject({
      left: [{ tag: 'BadMember', member: expect.stringContaining('__proto__') }],
    })
  })

  test.each([['__proto__.polluted'], ['constructor.prototype.polluted'], [['a', '__proto__', 'polluted']]])(
    'is not allowed in a path: %j',
    (submatch) => {
      const { result } = importInto(emptyWorld(), withData({ address: upsert(submatch) }))
      expect(result).toMatchObject({ left: [{ tag: 'BadMember', member: 'data.address.submatch' }] })
    },
  )

  test.each(['custom', 'custom_sub'])('cannot be matched by: %s', (matching) => {
    const message = buildMessage({ matching, field_name: '__proto__', field_value: 'polluted' })
    expect(E.isLeft(importInto(emptyWorld(), message).result)).toBe(true)
  })
})

test('names that objects inherit are ordinary fields', () => {
  const data = {
    constructor: evil,
    toString: 'x',
    hasOwnProperty: 1,
    valueOf: ['a'],
    toJSON: 'x',
  }
  const { result, world } = importInto(emptyWorld(), withData(data))
  expect(result).toMatchObject({ right: { type: 'ProfileCreated' } })
  expect(world.profiles[0]?.fields).toEqual({ ...data, email: 'ann@example.com' })
  const read = JSON.parse(JSON.stringify(E.isRight(result) ? result.right : {}))
  expect(evolve(undefined, read, 0)).toEqual(world.profiles[0])
})
