import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../domain/json.ts'
import { bytesOf } from '../support/builders/message-builders.ts'
import { Pipeline } from '../support/pipeline/pipeline.ts'

let pipeline: Pipeline
beforeEach(() => {
  pipeline = new Pipeline()
})
afterEach(() => pipeline.close())

const owner = { account_id: 1, db_id: 7 }
const ann = {
  ...owner,
  email: 'ann@example.com',
  data: {
    phones: ['+79000000001'],
    CRM_ID: 'c-1',
    segments: ['vip'],
    subscriptions: [
      { channel: 'email', resource_id: 24, email: 'ann@example.com', status: 'on' },
      { channel: 'push', resource_id: 24, provider: 'fcm', subscription_id: 's1' },
    ],
  },
}

const take = async (...messages: ReadonlyArray<JsonObject>) => {
  await pipeline.import(
    messages.map((message) => ({ body: bytesOf(message) })),
    10,
  )
  return pipeline.replies()
}

const ways: ReadonlyArray<JsonObject> = [
  { email: 'ann@example.com' },
  { matching: 'email_sub', email: 'ann@example.com', resource_id: 24 },
  { matching: 'phone', phone: '+79000000001' },
  { matching: 'email_phone', email: 'ann@example.com', phone: '+79000000001' },
  { matching: 'custom', field_name: 'CRM_ID', field_value: 'c-1' },
  { matching: 'custom', field_name: 'segments', field_value: 'vip' },
  { matching: 'custom_sub', field_name: 'status', field_value: 'on' },
  { matching: 'push_sub', provider: 'fcm', subscription_id: 's1' },
]

describe.each([
  ['another database of the account', { account_id: 1, db_id: 8 }],
  ['the same database number of another account', { account_id: 2, db_id: 7 }],
  ['the numbers the other way round', { account_id: 7, db_id: 1 }],
])('%s', (_, stranger) => {
  test('finds no profile by any key', async () => {
    const [created] = await take(ann)
    const profile_id = created?.body.profile_id ?? ''
    const byId: JsonObject = { matching: 'profile_id', profile_id }
    const answers = await take(
      ...[...ways, byId].map((way) => ({
        ...stranger,
        update_only: true,
        data: { _fname: 'Mallory' },
        ...way,
      })),
    )
    expect(answers.slice(1).map(({ body }) => [body.error, body.profile_id])).toEqual(
      [...ways, byId].map(() => [404, '']),
    )
    const [profile] = await pipeline.profiles()
    expect(profile?.profile.fields).not.toHaveProperty('_fname')
    expect(await pipeline.profiles()).toHaveLength(1)
  })
})

test('its own database finds it by all of them', async () => {
  const [created] = await take(ann)
  const profile_id = created?.body.profile_id ?? ''
  const all = [...ways, { matching: 'profile_id', profile_id }]
  const answers = await take(...all.map((way) => ({ ...owner, update_only: true, data: {}, ...way })))
  expect(answers.slice(1).map(({ body }) => body.profile_id)).toEqual(all.map(() => profile_id))
})

test('a message_id used by another account reveals nothing about that use', async () => {
  const properties = { message_id: 'm-1' }
  const theirs = { account_id: 2, db_id: 7, email: 'eve@example.com', data: {} }
  await pipeline.import(
    [
      { body: bytesOf(ann), properties },
      { body: bytesOf(theirs), properties },
    ],
    10,
  )
  const [, refused] = await pipeline.replies()
  expect(refused?.body).toEqual({
    error: 409,
    error_text: 'message_id: was already used with another body',
    feedback_id: '',
    matching_field: 'email',
    profile_id: '',
  })
})
