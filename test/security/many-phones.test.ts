import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../domain/json.ts'
import { defaultLimits } from '../../domain/limits.ts'
import {
  buildMessage,
  buildRules,
  emptyWorld,
  given,
  importInto,
} from '../support/builders/message-builders.ts'

const phones = (count: number, from = 0): Array<string> =>
  Array.from({ length: count }, (_, i) => `+7900${String(from + i).padStart(7, '0')}`)
const saying = (value: Json): JsonObject => buildMessage({ email: 'a@example.com', data: { phones: value } })
const tooMany = (limit: string, maximum: number) => ({ left: [{ tag: 'LimitExceeded', limit, maximum }] })
const full = given([saying(phones(1000))])

describe('a message may name a thousand phones', () => {
  test.each<[string, (list: Array<string>) => Json]>([
    ['as they are', (list) => list],
    ['to be set', (value) => ({ action: 'set', value })],
    ['to be added', (value) => ({ action: 'add', value })],
    ['to be deleted', (value) => ({ action: 'delete', value })],
  ])('and no more, %s', (_how, of) => {
    expect(importInto(emptyWorld(), saying(of(phones(1000)))).result).toMatchObject({ _tag: 'Right' })
    expect(importInto(emptyWorld(), saying(of(phones(1001)))).result).toMatchObject(tooMany('contacts', 1000))
    // Counted before any is read: none of them needs to be a phone.
    expect(importInto(emptyWorld(), saying(of(Array(1001).fill('no phone')))).result).toMatchObject(
      tooMany('contacts', 1000),
    )
  })
})

test('a profile cannot get more either', () => {
  const more = saying({ action: 'add', value: phones(1, 2000) })
  expect(importInto(full, more).result).toMatchObject(tooMany('profile_contacts', 1000))
  const matched = buildMessage({ matching: 'phone', phone: '+79001111111', data: { phones: phones(1000) } })
  expect(importInto(emptyWorld(), matched).result).toMatchObject(tooMany('profile_contacts', 1000))
})

test('a profile that has more may change, but not grow', () => {
  const lowered = { ...full, rules: buildRules({ limits: { ...defaultLimits, contacts: 10 } }) }
  const fewer = saying({ action: 'delete', value: phones(5) })
  expect(importInto(lowered, fewer).result).toMatchObject({
    right: { personal: { changes: [{ field: 'phones' }] } },
  })
  expect(importInto(lowered, saying({ action: 'add', value: phones(1, 2000) })).result).toMatchObject(
    tooMany('profile_contacts', 10),
  )
})

test('a lower limit on all lists also applies to phones', () => {
  const rules = buildRules({ limits: { ...defaultLimits, list_elements: 3 } })
  const three = given([saying(phones(3))], rules)
  expect(importInto(three, saying({ action: 'add', value: phones(1, 2000) })).result).toMatchObject(
    tooMany('profile_list_elements', 3),
  )
})
