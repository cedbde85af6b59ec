import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../domain/json.ts'
import {
  buildImportId,
  buildMessage,
  declaring,
  emptyWorld,
  given,
  importInto,
} from '../support/builders/message-builders.ts'

const created = (members: JsonObject) => {
  const { profile_id, fields, subscriptions } = given([buildMessage(members)]).profiles[0] ?? {}
  return { profile_id, fields, subscriptions }
}
const refused = (members: JsonObject) => importInto(emptyWorld(), buildMessage(members)).result

describe('a profile that is not found is created', () => {
  test('with an id derived from the import id', () => {
    expect(created({ email: 'a@example.com' }).profile_id).toBe(
      buildImportId(0).replaceAll('-', '').slice(0, 24),
    )
  })

  test.each<[string, JsonObject, JsonObject]>([
    ['its email', { email: ' A@example.com' }, { email: 'a@example.com' }],
    [
      'the email of data instead',
      { email: 'a@example.com', data: { email: 'b@example.com' } },
      { email: 'b@example.com' },
    ],
    ['its phone', { matching: 'phone', phone: '+7 900 000 00 01' }, { phones: ['+79000000001'] }],
    [
      'its phone besides those of data',
      { matching: 'phone', phone: '+79000000001', data: { phones: ['+79000000002'] } },
      { phones: ['+79000000002', '+79000000001'] },
    ],
    [
      'its phone once',
      { matching: 'phone', phone: '+79000000001', data: { phones: ['+7 900 0000001'] } },
      { phones: ['+79000000001'] },
    ],
    ['its custom field', { matching: 'custom', field_name: 'CRM_ID', field_value: 5 }, { CRM_ID: 5 }],
    [
      'the custom field of data instead',
      { matching: 'custom', field_name: 'CRM_ID', field_value: 5, data: { CRM_ID: '5' } },
      { CRM_ID: '5' },
    ],
    [
      'both email and phone',
      { matching: 'email_phone', email: 'a@example.com', phone: '+79000000001' },
      { email: 'a@example.com', phones: ['+79000000001'] },
    ],
    [
      'a field named constructor',
      { matching: 'custom', field_name: 'constructor', field_value: 'x' },
      { constructor: 'x' },
    ],
  ])('with %s', (_what, members, fields) => {
    expect(created(members).fields).toEqual(fields)
  })

  const email = { channel: 'email', resource_id: 24, email: 'a@example.com' }
  const sms = { channel: 'sms', resource_id: 24, phone: '+79000000001' }
  const push = { channel: 'push', resource_id: 24, provider: 'fcm', subscription_id: 's1' }

  test.each<[string, JsonObject, ReadonlyArray<JsonObject>]>([
    ['email_sub', { matching: 'email_sub', email: 'A@example.com', resource_id: 24 }, [email]],
    ['phone_sub', { matching: 'phone_sub', phone: '0079000000001', resource_id: 24 }, [sms]],
    ['push_sub', { matching: 'push_sub', provider: 'fcm', subscription_id: 's1', resource_id: 24 }, [push]],
    [
      'email_phone_sub',
      { matching: 'email_phone_sub', email: 'a@example.com', phone: '+79000000001', resource_id: 24 },
      [email, sms],
    ],
    [
      'email_sub carried by data',
      { matching: 'email_sub', email: 'a@example.com', data: { subscriptions: [email] } },
      [email],
    ],
    [
      'email_sub carried by data on another resource',
      { matching: 'email_sub', email: 'a@example.com', resource_id: 25, data: { subscriptions: [email] } },
      [email, { ...email, resource_id: 25 }],
    ],
  ])('with a subscription: %s', (_mode, members, subscriptions) => {
    expect(created(members).subscriptions).toEqual(subscriptions)
  })

  test.each<[JsonObject]>([
    [{ matching: 'email_sub', email: 'a@example.com' }],
    [{ matching: 'phone_sub', phone: '+79000000001' }],
    [{ matching: 'push_sub', provider: 'fcm', subscription_id: 's1' }],
    [
      {
        matching: 'email_phone_sub',
        email: 'a@example.com',
        phone: '+79000000001',
        data: { subscriptions: [email] },
      },
    ],
  ])('but not without a resource_id: %j', (members) => {
    expect(refused(members)).toMatchObject({ left: [{ tag: 'MissingMember', member: 'resource_id' }] })
  })

  test.each<[JsonObject]>([
    [{ email: 'a@example.com', update_only: true }],
    [{ matching: 'email_sub', email: 'a@example.com', update_only: true }],
    [{ matching: 'profile_id', profile_id: 'f'.repeat(24) }],
    [{ matching: 'custom_sub', field_name: 'status', field_value: 'on' }],
  ])('but never by %j', (members) => {
    expect(refused(members)).toEqual(E.left([{ tag: 'ProfileNotFound' }]))
  })
})

describe('a profile that is found', () => {
  const first = buildMessage({ email: 'a@example.com', data: { _fname: 'Ann', level: 1 } })

  test('keeps fields that data does not name', () => {
    const world = given([first, buildMessage({ email: 'a@example.com', data: { level: 2 } })])
    expect(world.profiles).toMatchObject([
      { created_revision: 0, revision: 1, fields: { email: 'a@example.com', _fname: 'Ann', level: 2 } },
    ])
  })

  test('has an event even if nothing changes', () => {
    const { result, world } = importInto(given([first]), first)
    expect(result).toMatchObject({
      right: { type: 'ProfileUpdated', personal: { changes: [], subscriptions: [] } },
    })
    expect(world.profiles).toMatchObject([{ revision: 1 }])
  })

  test('may get a contact that another profile also has', () => {
    const other = buildMessage({ email: 'b@example.com' })
    const taking = buildMessage({ email: 'b@example.com', data: { email: 'a@example.com' } })
    expect(given([first, other, taking]).profiles.map(({ fields }) => fields.email)).toEqual([
      'a@example.com',
      'a@example.com',
    ])
  })
})

describe('a created profile has the tags that it was matched by', () => {
  test.each<[JsonObject, JsonObject]>([
    [{}, { f: 'a, b' }],
    [{ f: ['c'] }, { f: ['c', 'a', 'b'] }],
    [{ f: { action: 'add', value: ['b'] } }, { f: ['b', 'a'] }],
    [{ f: 'other' }, { f: 'other' }],
  ])('in addition to those of data: %j', (data, fields) => {
    expect(created({ matching: 'custom', field_name: 'f', field_value: 'a, b', data }).fields).toEqual(fields)
  })
})

describe('limits', () => {
  const many = (n: number, at = 0) =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`f${at + i}`, i]))
  const emails = (n: number, at = 0) =>
    Array.from({ length: n }, (_, i) => ({
      channel: 'email',
      resource_id: 1,
      email: `a${at + i}@example.com`,
    }))
  const base = { email: 'a@example.com' }

  test('apply to fields in a message and in the resulting profile', () => {
    const left = { tag: 'LimitExceeded', limit: 'fields', maximum: 1000 }
    expect(refused({ ...base, data: many(1001) })).toEqual(E.left([left]))
    // With the email that it was matched by.
    expect(refused({ ...base, data: many(1000) })).toEqual(E.left([{ ...left, limit: 'profile_fields' }]))
    const full = given([buildMessage({ ...base, data: many(999) })])
    expect(importInto(full, buildMessage({ ...base, data: { more: 1 } })).result).toEqual(
      E.left([{ ...left, limit: 'profile_fields' }]),
    )
    expect(importInto(full, buildMessage({ ...base, data: { more: 1, f1: null } })).result).toMatchObject({
      _tag: 'Right',
    })
  })

  test('apply to subscriptions in a message and in the resulting profile', () => {
    const left = { tag: 'LimitExceeded', limit: 'subscriptions', maximum: 200 }
    expect(refused({ ...base, data: { subscriptions: emails(201) } })).toEqual(E.left([left]))
    const full = given([buildMessage({ ...base, data: { subscriptions: emails(200) } })])
    const next = (at: number) => buildMessage({ ...base, data: { subscriptions: emails(1, at) } })
    expect(importInto(full, next(200)).result).toEqual(E.left([{ ...left, limit: 'profile_subscriptions' }]))
    expect(importInto(full, next(0)).result).toMatchObject({ _tag: 'Right' })
  })

  test('apply to tags to match by', () => {
    const tags = Array.from({ length: 201 }, (_, i) => `${i}`)
    const left = { tag: 'LimitExceeded', limit: 'match_tags', maximum: 200 }
    const by = { matching: 'custom', field_name: 'f' }
    expect(refused({ ...by, field_value: tags.join() })).toEqual(E.left([left]))
    expect(refused({ ...by, data: { f: tags.join() } })).toEqual(E.left([left]))
    expect(refused({ ...by, data: { f: tags } })).toEqual(E.left([left]))
    expect(refused({ ...by, data: { f: tags.slice(1) } })).toMatchObject({ _tag: 'Right' })
    // Its field is not a list of tags: the commas are part of the text.
    const rules = declaring({ f: { type: 'string', match: true } })
    const step = importInto(emptyWorld(rules), buildMessage({ ...by, field_value: tags.join() }))
    expect(step.result).toMatchObject({ _tag: 'Right' })
  })

  test('apply to elements of a resulting list', () => {
    const left = { tag: 'LimitExceeded', limit: 'profile_list_elements', maximum: 10_000 }
    const full = given([
      buildMessage({ ...base, data: { l: Array.from({ length: 10_000 }, (_, i) => `${i}`) } }),
    ])
    const add = (tag: string) => buildMessage({ ...base, data: { l: { action: 'add', value: [tag] } } })
    expect(importInto(full, add('x')).result).toEqual(E.left([left]))
    expect(importInto(full, add('5')).result).toMatchObject({ right: { personal: { changes: [] } } })
  })
})

test('every change that does not fit the profile is reported, and none is made', () => {
  const world = given([buildMessage({ email: 'a@example.com', data: { bonus: 5, city: 'Oslo' } })])
  const data = {
    bonus: { action: 'add', value: ['x'] },
    name: 'Ann',
    city: { action: 'incr', value: 1 },
  }
  const step = importInto(world, buildMessage({ email: 'a@example.com', data }))
  expect(step.result).toMatchObject({
    left: [
      { tag: 'UnfitAction', field: 'bonus' },
      { tag: 'UnfitAction', field: 'city' },
    ],
  })
  expect(step.world).toBe(world)
})
