import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../domain/json.ts'
import { applySubscriptionChanges } from '../../../domain/subscriptions/apply-change.ts'
import { buildMessage, commandFrom, given, importInto } from '../../support/builders/message-builders.ts'

const data = (subscriptions: Json) => buildMessage({ email: 'a@example.com', data: { subscriptions } })
const subscriptionsAfter = (...each: ReadonlyArray<Json>) => given(each.map(data)).profiles[0]?.subscriptions

const email = { channel: 'email', resource_id: 24, email: 'a@example.com' }
const sms = { channel: 'sms', resource_id: 24, phone: '+79000000001' }
const push = { channel: 'push', resource_id: 24, provider: 'fcm', subscription_id: 's1' }
const viber = { channel: 'viber', resource_id: 24, cc_data: { chat: 1, name: 'x' } }

describe('subscriptions of data', () => {
  test('are added, contacts in normal form', () => {
    const spelled = [
      { ...email, email: ' A@example.com' },
      { ...sms, phone: '00 7 900 000 00 01' },
      push,
      viber,
    ]
    expect(subscriptionsAfter(spelled)).toEqual([email, sms, push, viber])
  })

  test.each<[string, JsonObject, JsonObject]>([
    ['email', email, { email: 'A@EXAMPLE.COM' }],
    ['sms', sms, { phone: '+7 (900) 000-00-01' }],
    ['push', push, {}],
    ['another', viber, { cc_data: { name: 'x', chat: 1 } }],
  ])('are merged by resource, channel and contact: %s', (_channel, first, spelled) => {
    const merged = subscriptionsAfter(
      [{ ...first, status: 'on', priority: 1 }],
      [{ ...first, ...spelled, status: 'off' }],
    )
    expect(merged).toEqual([{ ...first, status: 'off', priority: 1 }])
  })

  const inUnicode = { ...email, email: 'a@b\u00fccher.example' }
  const inALabels = { ...email, email: 'a@xn--bcher-kva.example' }

  test('are merged without regard to case, by the A-labels of the domain, and keep the last spelling', () => {
    expect(subscriptionsAfter([{ ...inUnicode, status: 'on' }], [{ ...inALabels, priority: 1 }])).toEqual([
      { ...inALabels, status: 'on', priority: 1 },
    ])
    expect(subscriptionsAfter([inALabels, { ...inUnicode, status: 'on' }])).toEqual([
      { ...inUnicode, status: 'on' },
    ])
    const sigmas = ['\u03c3\u03b1\u03c2', '\u03c3\u03b1\u03c3'].map((each) => ({
      ...email,
      email: `${each}@example.gr`,
    }))
    expect(subscriptionsAfter(sigmas)).toEqual(sigmas.slice(1))
    const news = { ...inUnicode, channel: 'news' }
    expect(subscriptionsAfter([news], [{ ...inALabels, channel: 'news' }])).toHaveLength(1)
  })

  test('of old events in different spellings become one', () => {
    const put = (address: string, status: string) => ({
      action: 'put' as const,
      subscription: { channel: 'email', resource_id: 24, email: address, status },
    })
    const spellings = ['re\u0301@b\u00fccher.example', 'r\u00e9@xn--bcher-kva.example']
    const held = applySubscriptionChanges(
      [],
      spellings.map((each) => put(each, 'on')),
    )
    expect(held).toEqual([put(spellings[1] ?? '', 'on').subscription])
    const removed = { action: 'remove' as const, subscription: put(spellings[0] ?? '', 'on').subscription }
    expect(applySubscriptionChanges(held, [removed])).toEqual([])
  })

  test('with the address to match by in another spelling are not duplicated', () => {
    const message = buildMessage({
      matching: 'email_sub',
      email: inALabels.email,
      data: { subscriptions: [inUnicode] },
    })
    expect(given([message, message]).profiles).toMatchObject([{ revision: 1, subscriptions: [inUnicode] }])
  })

  test.each<[string, JsonObject]>([
    ['resource', { ...email, resource_id: 25 }],
    ['contact', { ...email, email: 'b@example.com' }],
    ['channel', { ...email, channel: 'news' }],
  ])('of another %s are different subscriptions', (_what, other) => {
    expect(subscriptionsAfter([email], [other])).toEqual([email, other])
  })

  test('lose a member set to null', () => {
    expect(subscriptionsAfter([{ ...email, status: 'on' }], [{ ...email, status: null }])).toEqual([email])
  })

  test('in one message are merged in order, into one change', () => {
    const message = data([
      { ...email, status: 'on' },
      { ...email, priority: 2 },
      { ...email, status: 'off' },
    ])
    const { result } = importInto(given([]), message)
    expect(result).toMatchObject({
      right: {
        personal: {
          subscriptions: [{ action: 'put', subscription: { ...email, status: 'off', priority: 2 } }],
        },
      },
    })
  })

  test('without news change nothing', () => {
    const { result } = importInto(
      given([data([{ ...email, x: { a: 1, b: 2 } }])]),
      data([{ x: { b: 2, a: 1 }, ...email }]),
    )
    expect(result).toMatchObject({
      right: { public: { verdict: 'unchanged' }, personal: { subscriptions: [] } },
    })
  })

  test('may be given by set', () => {
    expect(subscriptionsAfter([email], { action: 'set', value: [sms] })).toEqual([email, sms])
  })

  test.each<Json>([null, { action: 'unset' }, { action: 'set', value: null }])(
    'are all removed by %j',
    (value) => {
      expect(subscriptionsAfter([email, sms, push, viber], value)).toEqual([])
    },
  )

  test.each(['add', 'delete', 'incr', 'upsert'])('do not support %s', (action) => {
    const left = { tag: 'UnfitAction', field: 'subscriptions', action, type: 'subscriptions' }
    expect(commandFrom(data({ action, value: [email] }))).toEqual({ _tag: 'Left', left: [left] })
  })

  test.each<[Json, string]>([
    [5, 'data.subscriptions'],
    [{}, 'data.subscriptions'],
    [{ action: 'set' }, 'data.subscriptions.value'],
    [[email, 5], 'data.subscriptions.1'],
    [[{ ...email, channel: '' }], 'data.subscriptions.0.channel'],
    [[{ ...email, channel: 5 }], 'data.subscriptions.0.channel'],
    [[{ resource_id: 24, email: 'a@example.com' }], 'data.subscriptions.0.channel'],
    [[{ ...email, resource_id: 0 }], 'data.subscriptions.0.resource_id'],
    [[{ ...email, resource_id: '24' }], 'data.subscriptions.0.resource_id'],
    [[{ channel: 'email', email: 'a@example.com' }], 'data.subscriptions.0.resource_id'],
    [[{ channel: 'email', resource_id: 24, phone: '+79000000001' }], 'data.subscriptions.0.email'],
    [[{ ...email, email: null }], 'data.subscriptions.0.email'],
    [[{ ...email, email: 'nobody' }], 'data.subscriptions.0.email'],
    [[{ ...email, phone: 'x' }], 'data.subscriptions.0.phone'],
    [[{ channel: 'sms', resource_id: 24 }], 'data.subscriptions.0.phone'],
    [[{ channel: 'push', resource_id: 24, provider: 'fcm' }], 'data.subscriptions.0.subscription_id'],
    [[{ ...push, subscription_id: 5 }], 'data.subscriptions.0.subscription_id'],
    [[{ ...push, provider: '' }], 'data.subscriptions.0.provider'],
    [[{ channel: 'viber', resource_id: 24, status: 'on' }], 'data.subscriptions.0'],
  ])('are refused with the place: %j', (value, member) => {
    expect(commandFrom(data(value))).toMatchObject({ left: [{ member }] })
  })
})
