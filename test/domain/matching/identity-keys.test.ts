import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { undeclared } from '../../../domain/definitions/undeclared.ts'
import type { Json, JsonObject } from '../../../domain/json.ts'
import { identityKeysOf } from '../../../domain/matching/identity-keys.ts'
import {
  customKey,
  emailKey,
  pushKey,
  subscribedEmailKey,
  subscriptionFieldKey,
  tagKey,
} from '../../../domain/matching/keys.ts'
import type { Profile } from '../../../domain/profile.ts'
import { buildDefinition, buildMessage, given } from '../../support/builders/message-builders.ts'

const profileWith = (data: JsonObject): Profile => {
  const profile = given([buildMessage({ email: 'a@example.com', data })]).profiles[0]
  if (profile === undefined) throw new Error('not created')
  return profile
}
const idOf = (profile: Profile) => `id:${profile.profile_id}`

describe('the identity keys of a profile', () => {
  test('are its id, contacts, custom fields, tags and subscriptions', () => {
    const profile = profileWith({
      phones: ['+79000000001', '+79000000002'],
      _fname: 'Ann',
      CRM_ID: 123420,
      vip: true,
      segments: ['a', 'b', 'a'],
      address: { city: 'x' },
      orders: [{ id: 1 }],
      subscriptions: [
        { channel: 'email', resource_id: 24, email: 's@example.com', status: 'on', extra: { x: 1 } },
        { channel: 'email', resource_id: 25, email: 's@example.com' },
        { channel: 'sms', resource_id: 24, phone: '+79000000003' },
        { channel: 'push', resource_id: 24, provider: 'fcm', subscription_id: 's1' },
        { channel: 'viber', resource_id: 24, phone: '+79000000004' },
      ],
    })
    expect(identityKeysOf(profile, undeclared)).toEqual([
      idOf(profile),
      'email:a@example.com',
      'phone:+79000000001',
      'phone:+79000000002',
      'custom:CRM_ID:123420',
      'custom:vip:true',
      'tag:segments:a',
      'tag:segments:b',
      'sub-email:s@example.com',
      'sub-email@24:s@example.com',
      'sub-field:status:on',
      'sub-email@25:s@example.com',
      'sub-phone:+79000000003',
      'sub-phone@24:+79000000003',
      'push:fcm:s1',
    ])
  })

  test('in a declared database cover only the fields to match by, depending on their type', () => {
    const profile = profileWith({ CRM_ID: 'x', other: 'y', segments: ['a'], listed: ['b'], tagged: 'c' })
    const definition = buildDefinition({
      CRM_ID: { type: 'string', match: true },
      other: { type: 'string' },
      segments: { type: 'tags', match: true },
      listed: { type: 'string', match: true },
      tagged: { type: 'tags', match: true },
    })
    expect(identityKeysOf(profile, definition)).toEqual([
      idOf(profile),
      'email:a@example.com',
      'custom:CRM_ID:x',
      'tag:segments:a',
    ])
  })
})

describe('a key is unambiguous', () => {
  const text = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[ab:%@3A]{0,8}$/),
    fc.string({ minLength: 190, maxLength: 260 }),
  )

  test('different names and values have different keys', () => {
    const kinds = [customKey, tagKey, pushKey, subscriptionFieldKey]
    const kind = fc.nat(kinds.length - 1)
    fc.assert(
      fc.property(kind, text, text, kind, text, text, (k1, name1, value1, k2, name2, value2) => {
        fc.pre(k1 !== k2 || name1 !== name2 || value1 !== value2)
        expect(kinds[k1]?.(name1, value1)).not.toBe(kinds[k2]?.(name2, value2))
      }),
      { numRuns: 2000 },
    )
  })

  test.each<[string, string]>([
    ['a colon in a name', `${customKey('a:b', 'c')}|${customKey('a', 'b:c')}`],
    ['an escape in a name', `${customKey('a%3Ab', 'c')}|${customKey('a:b', 'c')}`],
    ['a name that looks like a kind', `${customKey('sha256', 'x')}|${tagKey('sha256', 'x')}`],
    [
      'an address that looks like a resource',
      `${subscribedEmailKey('24:a@x.co')}|${subscribedEmailKey('a@x.co', 24)}`,
    ],
  ])('%s', (_what, keys) => {
    const [one, other] = keys.split('|')
    expect(one).not.toBe(other)
  })

  test('a long value is hashed', () => {
    expect(customKey('f', 'x'.repeat(500))).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(customKey('f', 'x'.repeat(500))).not.toBe(customKey('g', 'x'.repeat(500)))
    expect(emailKey('a@example.com')).toBe('email:a@example.com')
  })

  test('an address has no case and the A-labels of its domain, and a tag is trimmed', () => {
    expect(emailKey('\u03c3\u03b1\u03c2@example.gr')).toBe('email:\u03c3\u03b1\u03c3@example.gr')
    expect(subscribedEmailKey('\u03c2@example.gr')).toBe('sub-email:\u03c3@example.gr')
    expect(emailKey('a@b\u00fccher.example')).toBe('email:a@xn--bcher-kva.example')
    expect(subscribedEmailKey('a@b\u00fccher.example', 24)).toBe('sub-email@24:a@xn--bcher-kva.example')
    expect(tagKey('f', ' gold ')).toBe('tag:f:gold')
  })

  test.each<[Json, Json]>([
    [123420, '123420'],
    [true, 'true'],
    [1.5, '1.5'],
  ])('a value is compared by its text: %j and %j', (one, other) => {
    const keysOf = (value: Json) => identityKeysOf(profileWith({ f: value }), undeclared)
    expect(keysOf(one)).toEqual(keysOf(other))
  })
})
