import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import {
  buildMessage,
  buildRules,
  commandFrom,
  declaring,
  given,
  importInto,
} from '../../support/builders/message-builders.ts'

const contactsOf = {
  email: 'ann@example.com',
  phones: ['+79000000001', '+79000000002'],
  CRM_ID: 123420,
  segments: ['tag-1', 'tag-2', 'tag-3'],
  subscriptions: [
    { channel: 'email', resource_id: 24, email: 'sub@example.com', status: 'on' },
    { channel: 'sms', resource_id: 24, phone: '+79000000003' },
    { channel: 'push', resource_id: 24, provider: 'fcm', subscription_id: 's1' },
  ],
}
const ann = buildMessage({ email: 'ann@example.com', data: contactsOf })
const bob = buildMessage({ email: 'bob@example.com', data: { phones: ['+79000000009'], CRM_ID: '9' } })
const world = given([ann, bob])
const annId = world.profiles[0]?.profile_id ?? ''

const verdict = (members: JsonObject): string => {
  const { result } = importInto(world, buildMessage({ update_only: true, ...members }))
  if (E.isLeft(result)) return result.left[0].tag
  return result.right.public.profile_id === annId ? 'ann' : 'another'
}

describe('a message finds the profile', () => {
  test.each<[string, JsonObject]>([
    ['no mode: by email', { email: 'ann@example.com' }],
    ['email: in another spelling', { matching: 'email', email: ' ANN@Example.COM ' }],
    ['email: of a subscription', { matching: 'email', email: 'sub@example.com' }],
    [
      'email: of a subscription on the resource',
      { matching: 'email', email: 'sub@example.com', resource_id: 24 },
    ],
    [
      'email: its own whatever the resource',
      { matching: 'email', email: 'ann@example.com', resource_id: 99 },
    ],
    ['email: left out, carried by data', { data: { email: 'Ann@example.com' } }],
    [
      'email: "" counts as left out',
      { email: '', data: { email: { action: 'set', value: 'ann@example.com' } } },
    ],
    ['email_profile', { matching: 'email_profile', email: 'ann@example.com' }],
    ['email_sub', { matching: 'email_sub', email: 'sub@example.com' }],
    ['email_sub: on the resource', { matching: 'email_sub', email: 'sub@example.com', resource_id: 24 }],
    ['phone: any of its phones', { matching: 'phone', phone: '8 (900) 000-00-02'.replace('8', '+7') }],
    ['phone: with 00', { matching: 'phone', phone: '0079000000001' }],
    ['phone: of a subscription', { matching: 'phone', phone: '+79000000003' }],
    [
      'phone: left out, the first in data',
      { matching: 'phone', data: { phones: ['+79000000002', '+79000000009'] } },
    ],
    [
      'phone: the first added by data',
      { matching: 'phone', data: { phones: { action: 'add', value: ['+79000000002'] } } },
    ],
    ['phone_sub', { matching: 'phone_sub', phone: '+79000000003' }],
    ['phone_sub: on the resource', { matching: 'phone_sub', phone: '+79000000003', resource_id: 24 }],
    ['profile_id', { matching: 'profile_id', profile_id: annId }],
    ['profile_id: in upper case', { matching: 'profile_id', profile_id: annId.toUpperCase() }],
    ['custom: by the text of the value', { matching: 'custom', field_name: 'CRM_ID', field_value: '123420' }],
    ['custom: by a number', { matching: 'custom', field_name: 'CRM_ID', field_value: 123420 }],
    [
      'custom: left out, carried by data',
      { matching: 'custom', field_name: 'CRM_ID', data: { CRM_ID: '123420' } },
    ],
    [
      'custom: all of these tags',
      { matching: 'custom', field_name: 'segments', field_value: 'tag-1, tag-3' },
    ],
    [
      'custom: tags carried by data',
      { matching: 'custom', field_name: 'segments', data: { segments: ['tag-2'] } },
    ],
    ['custom_sub', { matching: 'custom_sub', field_name: 'status', field_value: 'on' }],
    ['push_sub', { matching: 'push_sub', provider: 'fcm', subscription_id: 's1' }],
    [
      'push_sub: on any resource',
      { matching: 'push_sub', provider: 'fcm', subscription_id: 's1', resource_id: 99 },
    ],
    ['email_phone: by email', { matching: 'email_phone', email: 'ann@example.com', phone: '+79000000009' }],
    [
      'email_phone: else by phone',
      { matching: 'email_phone', email: 'no@example.com', phone: '+79000000001' },
    ],
    ['email_phone: only a phone', { matching: 'email_phone', phone: '+79000000001' }],
    ['email_phone_sub: by email', { matching: 'email_phone_sub', email: 'sub@example.com' }],
    [
      'email_phone_sub: else by phone',
      { matching: 'email_phone_sub', email: 'no@example.com', phone: '+79000000003' },
    ],
    [
      'email_sub: carried by data',
      { matching: 'email_sub', data: { subscriptions: [contactsOf.subscriptions[0] ?? null] } },
    ],
    [
      'push_sub: carried by data',
      { matching: 'push_sub', data: { subscriptions: [contactsOf.subscriptions[2] ?? null] } },
    ],
  ])('%s', (_mode, members) => {
    expect(verdict(members)).toBe('ann')
  })

  test.each<[string, JsonObject]>([
    ['email: on another resource', { email: 'sub@example.com', resource_id: 25 }],
    ['email_profile: of a subscription', { matching: 'email_profile', email: 'sub@example.com' }],
    ['email_sub: of the profile', { matching: 'email_sub', email: 'ann@example.com' }],
    ['email_sub: on another resource', { matching: 'email_sub', email: 'sub@example.com', resource_id: 25 }],
    ['phone: on another resource', { matching: 'phone', phone: '+79000000003', resource_id: 25 }],
    ['phone_sub: of the profile', { matching: 'phone_sub', phone: '+79000000001' }],
    ['profile_id: not known', { matching: 'profile_id', profile_id: 'f'.repeat(24) }],
    ['profile_id: no id', { matching: 'profile_id', profile_id: 'abcdefghijklmnqrstuvwxyz' }],
    ['custom: in another case', { matching: 'custom', field_name: 'crm_id', field_value: 123420 }],
    ['custom: one tag too many', { matching: 'custom', field_name: 'segments', field_value: 'tag-1, tag-9' }],
    ['custom_sub: another value', { matching: 'custom_sub', field_name: 'status', field_value: 'off' }],
    ['push_sub: another provider', { matching: 'push_sub', provider: 'apns', subscription_id: 's1' }],
    [
      'email_phone_sub: of the profile',
      { matching: 'email_phone_sub', email: 'ann@example.com', phone: '+79000000001' },
    ],
  ])('but not by %s', (_mode, members) => {
    expect(verdict(members)).toBe('ProfileNotFound')
  })

  test('only in its own database', () => {
    expect(commandFrom(buildMessage({ email: 'ann@example.com', db_id: 8 }))).toMatchObject({
      right: { database: { db_id: 8 } },
    })
  })
})

describe('a message lacks what its mode needs', () => {
  test.each<[JsonObject, string]>([
    [{}, 'email'],
    [{ email: '', data: { email: { action: 'incr', value: 1 } } }, 'data.email'],
    [{ matching: 'email_profile' }, 'email'],
    [{ matching: 'email_sub', data: { email: 'a@example.com' } }, 'email'],
    [{ matching: 'phone' }, 'phone'],
    [{ matching: 'phone_sub', data: { phones: ['+79000000001'] } }, 'phone'],
    [{ matching: 'profile_id' }, 'profile_id'],
    [{ matching: 'custom' }, 'field_name'],
    [{ matching: 'custom', field_name: 'CRM_ID' }, 'field_value'],
    [{ matching: 'custom', field_name: 'CRM_ID', data: { CRM_ID: {} } }, 'field_value'],
    [{ matching: 'custom', field_name: 'CRM_ID', data: { CRM_ID: '' } }, 'field_value'],
    [{ matching: 'custom_sub', field_name: 'status' }, 'field_value'],
    [{ matching: 'push_sub' }, 'provider'],
    [{ matching: 'push_sub', provider: 'fcm' }, 'subscription_id'],
    [{ matching: 'email_phone' }, 'email or phone'],
    [{ matching: 'email_phone_sub' }, 'email or phone'],
  ])('%j', (members, member) => {
    const expected = member.startsWith('data') ? { tag: 'UnfitAction' } : { tag: 'MissingMember', member }
    expect(commandFrom(buildMessage(members))).toMatchObject({ left: [expected] })
  })

  test('and the reason names the mode', () => {
    expect(commandFrom(buildMessage())).toEqual(
      E.left([{ tag: 'MissingMember', member: 'email', because: 'matching is "email"' }]),
    )
  })
})

describe('a field to match by', () => {
  const rules = declaring({
    CRM_ID: { type: 'string', match: true },
    segments: { type: 'tags', match: true },
    score: { type: 'int', match: true },
    vip: { type: 'bool', match: true },
    mobile: { type: 'phone', match: true },
    other: { type: 'string' },
  })
  const by = (field_name: string, field_value: string | number, more: JsonObject = {}) =>
    buildMessage({ matching: 'custom', field_name, field_value, ...more })

  test.each(['email', 'phones', '_fname', 'subscriptions'])('is not a system field: %s', (name) => {
    const left = { tag: 'UnmatchableField', field: name }
    expect(commandFrom(by(name, 'x'))).toEqual(E.left([left]))
  })

  test.each(['other', 'unknown', 'constructor'])('must be declared for matching: %s', (name) => {
    expect(commandFrom(by(name, 'x'), rules)).toEqual(E.left([{ tag: 'UnmatchableField', field: name }]))
  })

  test.each(['channel', 'resource_id', 'email', 'phone', 'provider', 'subscription_id'])(
    'of a subscription is not one that other modes match by: %s',
    (name) => {
      const message = by(name, 'x', { matching: 'custom_sub' })
      expect(commandFrom(message)).toMatchObject({ left: [{ tag: 'UnmatchableField' }] })
    },
  )

  test('is not __proto__', () => {
    expect(commandFrom(by('__proto__', 'x'))).toMatchObject({
      left: [{ tag: 'BadMember', member: 'field_name' }],
    })
  })

  test.each<[string, string | number]>([
    ['score', 'many'],
    ['score', '007'],
    ['vip', 'yes'],
    ['mobile', 'x'],
    ['segments', ' , '],
  ])('has values of its type: %s is not %s', (name, value) => {
    expect(commandFrom(by(name, value), rules)).toMatchObject({
      left: [{ tag: 'BadMember', member: 'field_value' }],
    })
  })

  test.each<[string, string | number, unknown]>([
    ['CRM_ID', 123, '123'],
    ['score', '-5', -5],
    ['vip', 'true', true],
    ['mobile', '+7 900 000 00 00', '+79000000000'],
    ['segments', 'a, b,a', ['a', 'b']],
  ])('%s given as %s has its type in a created profile', (name, value, held) => {
    const created = given([by(name, value)], rules)
    expect(created.profiles[0]?.fields).toEqual({ [name]: held })
    expect(importInto(created, by(name, value)).result).toMatchObject({ right: { type: 'ProfileUpdated' } })
  })
})

describe('several profiles match', () => {
  const messages = [ann, buildMessage({ email: 'z@example.com', data: { CRM_ID: '123420' } })]
  const again = buildMessage({ matching: 'custom', field_name: 'CRM_ID', field_value: '123420' })

  test('the oldest is updated', () => {
    expect(importInto(given(messages), again).result).toMatchObject({
      right: { public: { profile_id: annId } },
    })
  })

  test('or the message is refused', () => {
    const refusing = given(messages, buildRules({ ambiguousMatch: 'reject' }))
    expect(importInto(refusing, again).result).toEqual(E.left([{ tag: 'SeveralMatches', candidates: 2 }]))
  })
})
