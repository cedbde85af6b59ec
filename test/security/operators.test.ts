import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../domain/json.ts'
import { bytesOf } from '../support/builders/message-builders.ts'
import { Pipeline } from '../support/pipeline/pipeline.ts'

let pipeline: Pipeline
beforeEach(() => {
  pipeline = new Pipeline()
})
afterEach(() => pipeline.close())

/** The reply codes for messages to one database. */
const answered = async (...messages: ReadonlyArray<JsonObject>) => {
  await pipeline.import(
    messages.map((message) => ({ body: bytesOf({ account_id: 1, db_id: 7, data: {}, ...message }) })),
    10,
  )
  return (await pipeline.replies()).map(({ body, verdict }) => [verdict, body.error])
}

const operators: ReadonlyArray<Json> = [
  { $ne: null },
  { $gt: '' },
  { $regex: '.*' },
  { $where: 'sleep(1000)' },
  ['ann@example.com'],
]

describe('an operator in the place of a value', () => {
  test.each(operators)('is not an email: %j', async (email) => {
    expect(await answered({ email }, { data: { email } })).toEqual([
      ['rejected', 400],
      ['rejected', 400],
    ])
  })

  test.each(operators)('matches nothing: %j', async (value) => {
    const [ann, byField, bySubscription] = await answered(
      { email: 'ann@example.com', data: { CRM_ID: 'x' } },
      { matching: 'custom', field_name: 'CRM_ID', field_value: value },
      { matching: 'custom_sub', field_name: 'status', field_value: value },
    )
    expect([ann, byField, bySubscription]).toEqual([
      ['created', 0],
      ['rejected', 400],
      ['rejected', 400],
    ])
  })
})

const texts = [
  `x' OR '1'='1`,
  `x'; DROP TABLE profiles_1; --`,
  ...[
    '%',
    '_',
    '*',
    '.*',
    '$ne',
    '$where',
    '\u0000',
    '"',
    '\\',
    ':',
    '%3A',
    'custom:CRM_ID:x',
    '{"$ne":null}',
  ],
]

describe('text with a meaning in queries', () => {
  test('as a value finds only the profile with exactly this text', async () => {
    const byValue = (field_value: string) => ({ matching: 'custom', field_name: 'CRM_ID', field_value })
    const verdicts = await answered(byValue('x'), ...texts.map(byValue), ...texts.map(byValue))
    expect(verdicts).toEqual([
      ['created', 0],
      ...texts.map(() => ['created', 0]),
      ...texts.map(() => ['unchanged', 0]),
    ])
    expect(await pipeline.profiles()).toHaveLength(1 + texts.length)
  })

  test('as a name is an ordinary name', async () => {
    const byName = (field_name: string) => ({ matching: 'custom', field_name, field_value: 'x' })
    const names = [...texts, 'a.b', '$set']
    const verdicts = await answered(...names.map(byName), ...names.map(byName))
    expect(verdicts).toEqual([...names.map(() => ['created', 0]), ...names.map(() => ['unchanged', 0])])
    expect((await pipeline.profiles()).map(({ profile }) => profile.fields)).toEqual(
      names.map((name) => ({ [name]: 'x' })),
    )
  })
})
