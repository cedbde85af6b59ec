import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { FieldDefinition } from '../../../domain/definitions/definitions.ts'
import type { Json } from '../../../domain/json.ts'
import {
  buildMessage,
  commandFrom,
  declaring,
  emptyWorld,
  given,
  importInto,
} from '../../support/builders/message-builders.ts'

const setting = (field: string, value: Json) =>
  buildMessage({ email: 'a@example.com', data: { [field]: value } })
const heldAfter = (field: string, value: Json, rules = declaring({})) =>
  given([setting(field, value)], rules).profiles[0]?.fields[field]

describe('a system field takes', () => {
  test.each<[string, Json, Json]>([
    ['email', ' B@Example.com', 'b@example.com'],
    ['phones', ['+7 (900) 000-00-00', '0079000000000', '+79000000001'], ['+79000000000', '+79000000001']],
    ['_fname', 'Ann', 'Ann'],
    ['_lname', '', ''],
    ['_bdate', '2000-02-29', '2000-02-29'],
    ['_regdate', '2026-01-31T23:59:60.5+03:00', '2026-01-31T23:59:60.5+03:00'],
    ['_sex', 'male', 'male'],
    ['_sex', 'female', 'female'],
    ['_sex', 0, 0],
    ['_sex', 1, 1],
    ['_status', -5, -5],
    ['_tz', 'europe/MOSCOW', 'europe/MOSCOW'],
    ['_ip', '127.0.0.1', '127.0.0.1'],
    ['_regip', '2001:db8::1', '2001:db8::1'],
    ['_browser', 'x', 'x'],
    ['_city', 'x', 'x'],
    ['_country', 'x', 'x'],
    ['_region', 'x', 'x'],
    ['_postal_code', 101000, 101000],
    ['_postal_code', '101000', '101000'],
    ['_regcountry', 'x', 'x'],
    ['_regcity', 'x', 'x'],
    ['_regurl', 'https://example.com', 'https://example.com'],
    ['_vendor', 'x', 'x'],
  ])('%s: %j', (field, value, held) => {
    expect(heldAfter(field, value)).toEqual(held)
  })

  test.each<[string, Json]>([
    ['email', 'nobody'],
    ['email', ''],
    ['email', 5],
    ['email', null],
    ['phones', '+79000000000'],
    ['phones', ['12']],
    ['phones', [79_000_000_000]],
    ['_fname', 5],
    ['_lname', ['x']],
    ['_bdate', '2001-02-29'],
    ['_bdate', '1900-02-29'],
    ['_bdate', '2000-00-01'],
    ['_bdate', '2000-04-31'],
    ['_bdate', '1.2.2000'],
    ['_regdate', '2000-01-01T24:00:00Z'],
    ['_regdate', '2000-01-01T10:00:00'],
    ['_regdate', 946_684_800],
    ['_sex', 'other'],
    ['_sex', 2],
    ['_sex', true],
    ['_status', '1'],
    ['_status', 1.5],
    ['_tz', 'Mars/Olympus'],
    ['_tz', '+03:00'],
    ['_tz', ''],
    ['_tz', 'RO\u212a'],
    ['_ip', '256.0.0.1'],
    ['_ip', 1],
    ['_regip', 'localhost'],
    ['_browser', 1],
    ['_city', 1],
    ['_country', 1],
    ['_region', 1],
    ['_postal_code', 1.5],
    ['_postal_code', true],
    ['_regcountry', 1],
    ['_regcity', 1],
    ['_regurl', 1],
    ['_vendor', 1],
  ])('%s: not %j', (field, value) => {
    expect(commandFrom(setting(field, value))).toMatchObject({
      left: [{ tag: 'BadMember', member: `data.${field}` }],
    })
  })
})

const types: Readonly<Record<string, FieldDefinition>> = {
  string: { type: 'string' },
  int: { type: 'int' },
  float: { type: 'float' },
  bool: { type: 'bool' },
  date: { type: 'date' },
  enum: { type: 'enum', values: ['silver', 'gold'] },
  phone: { type: 'phone' },
  tags: { type: 'tags' },
  object: { type: 'object' },
  arr_object: { type: 'arr_object' },
}

describe('a declared field takes', () => {
  test.each<[string, Json, Json]>([
    ['string', 'x', 'x'],
    ['int', 5, 5],
    ['float', 1.5, 1.5],
    ['float', 1, 1],
    ['bool', false, false],
    ['date', '2026-11-24', '2026-11-24'],
    ['enum', 'gold', 'gold'],
    ['phone', '+7 900 000 00 00', '+79000000000'],
    ['tags', ['b', 'a', 'b'], ['b', 'a']],
    ['tags', [' b', 'a', 'b\u00a0', 'b c', ''], ['b', 'a', 'b c', '']],
    ['object', { a: [1] }, { a: [1] }],
    ['object', { action: 'other' }, { action: 'other' }],
    ['arr_object', [{ a: 1 }, {}], [{ a: 1 }, {}]],
  ])('%s: %j', (type, value, held) => {
    expect(heldAfter(type, value, declaring(types))).toEqual(held)
  })

  test.each<[string, Json]>([
    ['string', 1],
    ['int', 1.5],
    ['int', '1'],
    ['float', '1.5'],
    ['bool', 1],
    ['date', 'yesterday'],
    ['enum', 'bronze'],
    ['enum', 1],
    ['phone', 'x'],
    ['tags', 'a, b'],
    ['tags', ['a', 1]],
    ['object', []],
    ['object', 'x'],
    ['arr_object', {}],
    ['arr_object', [1]],
  ])('%s: not %j', (type, value) => {
    const left = { tag: 'BadMember', member: `data.${type}` }
    expect(commandFrom(setting(type, value), declaring(types))).toMatchObject({ left: [left] })
  })

  test.each(Object.keys(types))('null, which unsets: %s', (type) => {
    const world = given([setting(type, null)], declaring(types))
    expect(Object.hasOwn(world.profiles[0]?.fields ?? {}, type)).toBe(false)
  })
})

describe('a field that is not declared', () => {
  test('is accepted by default', () => {
    expect(heldAfter('more', [1, 'x'], declaring(types))).toEqual([1, 'x'])
  })

  test.each<Json>([1, null, { action: 'unset' }])('may be refused: %j', (value) => {
    const rules = declaring(types, 'refuse')
    expect(commandFrom(setting('more', value), rules)).toEqual(
      E.left([{ tag: 'UnknownField', field: 'more' }]),
    )
    expect(importInto(emptyWorld(rules), setting('_fname', 'Ann')).result).toMatchObject({ _tag: 'Right' })
  })

  test.each<Json>(['x', 1, 1.5, true, ['a'], [1, 'a', null], { a: { b: null } }, [{ a: 1 }], []])(
    'takes %j in an undeclared database',
    (value) => {
      const world = given([setting('any', 'before'), setting('any', value)])
      expect(world.profiles[0]?.fields.any).toEqual(value)
    },
  )
})
