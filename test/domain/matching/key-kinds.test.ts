import { expect, test } from 'vitest'
import { keyKinds } from '../../../domain/matching/key-kinds.ts'
import {
  customKey,
  emailKey,
  idKey,
  phoneKey,
  pushKey,
  subscribedEmailKey,
  subscribedPhoneKey,
  subscriptionFieldKey,
  tagKey,
} from '../../../domain/matching/keys.ts'

// Of the message, they contain the name of a field, and no value. docs/events.md lists them.
test.each([
  ['id', idKey('57052282273853cfbfb6494d')],
  ['email', emailKey('ann@example.com')],
  ['phone', phoneKey('+79000000001')],
  ['custom:CRM', customKey('CRM', 'ann:1@x')],
  ['tag:segments', tagKey('segments', 'vip:2@y')],
  ['sub-email', subscribedEmailKey('ann@example.com')],
  ['sub-email', subscribedEmailKey('ann@example.com', 24)],
  ['sub-phone', subscribedPhoneKey('+79000000001', 24)],
  ['push', pushKey('fcm', 'token')],
  ['sub-field:loyalty', subscriptionFieldKey('loyalty', 'ann')],
  ['custom:50%25 off%3A now', customKey('50% off: now', 1)],
  ['sha256', customKey('CRM', 'a'.repeat(300))],
])('%s is the kind of %s', (kind, key) => {
  expect(keyKinds([key])).toEqual([kind])
})

test('lists each kind once', () => {
  expect(
    keyKinds([emailKey('a@example.com'), subscribedEmailKey('a@example.com'), emailKey('b@example.com')]),
  ).toEqual(['email', 'sub-email'])
})
