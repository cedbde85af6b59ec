import { describe, expect, test } from 'vitest'
import type { FieldDefinition } from '../../../domain/definitions/definitions.ts'
import type { Json, JsonObject } from '../../../domain/json.ts'
import {
  buildMessage,
  commandFrom,
  declaring,
  emptyWorld,
  given,
  importInto,
} from '../../support/builders/message-builders.ts'

const fields: Readonly<Record<string, FieldDefinition>> = {
  int: { type: 'int', match: true },
  float: { type: 'float', match: true },
  bool: { type: 'bool', match: true },
  date: { type: 'date', match: true },
  enum: { type: 'enum', values: ['gold', '5'], match: true },
  phone: { type: 'phone', match: true },
  string: { type: 'string', match: true },
  tags: { type: 'tags', match: true },
}
const rules = declaring(fields)
const by = (field_name: string, field_value: Json, data: JsonObject = {}) =>
  buildMessage({ matching: 'custom', field_name, field_value, data })

describe('a value to match by obeys the rules of its type', () => {
  test.each<[string, Json]>([
    ...['int', 'float'].flatMap(
      (type): Array<[string, Json]> =>
        [
          ...[
            'NaN',
            'Infinity',
            '-Infinity',
            '1e21',
            '1e+21',
            '-1e+21',
            '9007199254740992',
            '-9007199254740992',
          ],
          ...[
            '9007199254740993',
            '1e400',
            '1.7976931348623157e+308',
            '-0',
            '00',
            '1.0',
            '+1',
            ' 1',
            '0x10',
            'one',
          ],
        ].map((value) => [type, value]),
    ),
    ['int', '1.5'],
    ['int', 1.5],
    ['int', true],
    ['float', 1e21],
    ['float', false],
    ['date', 20260228],
    ['int', '1e-7'],
    ['float', 'nan'],
    ['float', '1,5'],
    ['bool', 'True'],
    ['bool', '1'],
    ['bool', 1],
    ['date', '2026-02-30'],
    ['date', ' 2026-02-28'],
    ['enum', 'Gold'],
    ['enum', 'gold '],
    ['phone', '+49301234567.0'],
    ['phone', '030 1234567'],
    ['tags', ' , '],
  ])('%s is not %j', (field, value) => {
    expect(commandFrom(by(field, value), rules)).toMatchObject({
      left: [{ tag: 'BadMember', member: 'field_value' }],
    })
  })

  test.each<[string, Json, Json]>([
    ['int', 9007199254740991, 9007199254740991],
    ['int', '-9007199254740991', -9007199254740991],
    ['float', 0, 0],
    ['float', 1.5, 1.5],
    ['float', -1e-7, -1e-7],
    ['float', '0.1', 0.1],
    ['float', '1e-7', 1e-7],
    ['float', '-2.5', -2.5],
    ['float', '9007199254740991', 9007199254740991],
    ['bool', 'false', false],
    ['bool', false, false],
    ['bool', true, true],
    ['string', 1.5, '1.5'],
    ['string', true, 'true'],
    ['tags', 1.5, ['1.5']],
    ['date', '2026-02-28', '2026-02-28'],
    ['enum', 5, '5'],
    ['phone', '(+49) 30 1234567', '+49301234567'],
    ['string', ' NaN', ' NaN'],
    ['tags', 'gold , gold,new', ['gold', 'new']],
  ])('%s is %j, and held as %j', (field, value, held) => {
    const created = given([by(field, value)], rules)
    expect(created.profiles).toMatchObject([{ fields: { [field]: held } }])
    expect(importInto(created, by(field, value)).result).toMatchObject({ right: { type: 'ProfileUpdated' } })
  })

  test.each([1.5, true, false, 0])('in a database that declares nothing it is any scalar: %j', (value) => {
    const created = given([buildMessage({ matching: 'custom', field_name: 'f', data: { f: value } })])
    expect(importInto(created, by('f', value)).result).toMatchObject({ right: { type: 'ProfileUpdated' } })
    expect(importInto(created, by('f', String(value))).result).toMatchObject({
      right: { type: 'ProfileUpdated' },
    })
    expect(given([by('f', value)]).profiles).toMatchObject([{ fields: { f: value } }])
  })

  test.each([1.5, true])('and so is one of a subscription: %j', (value) => {
    const subscriptions = [{ channel: 'email', resource_id: 1, email: 'a@example.com', level: value }]
    const created = given([buildMessage({ email: 'a@example.com', data: { subscriptions } })])
    const message = { ...by('level', value), matching: 'custom_sub' }
    expect(importInto(created, message).result).toMatchObject({ right: { type: 'ProfileUpdated' } })
  })

  test.each([[[]], [{}], [1e21]])('but nothing else: %j', (value) => {
    for (const each of [emptyWorld(), emptyWorld(rules)])
      expect(importInto(each, by('f', value)).result).toMatchObject({
        left: [{ tag: 'BadMember', member: 'field_value' }],
      })
  })

  test('an empty tag in data finds nobody, beside others or alone', () => {
    const rules = declaring({ f: { type: 'tags', match: true } })
    const ann = buildMessage({ email: 'ann@example.com', data: { f: ['', 'a'] } })
    for (const world of [given([ann]), given([ann], rules)]) {
      const custom = (f: JsonObject[string]) =>
        importInto(world, buildMessage({ matching: 'custom', field_name: 'f', data: { f } })).result
      expect(custom([' '])).toMatchObject({ left: [{ tag: 'MissingMember', member: 'field_value' }] })
      expect(custom(['', 'b'])).toMatchObject({ right: { type: 'ProfileCreated' } })
      expect(custom(['', 'a'])).toMatchObject({ right: { type: 'ProfileUpdated' } })
    }
  })

  test('a value that names no tag does not create a list of tags', () => {
    for (const data of [{ f: ['a'] }, { f: { action: 'add', value: [] } }])
      expect(importInto(emptyWorld(), by('f', ' , ', data)).result).toMatchObject({
        left: [{ tag: 'BadMember', member: 'field_value' }],
      })
    expect(given([by('f', ' , '), by('f', ' , ')]).profiles).toMatchObject([{ fields: { f: ' , ' } }])
  })
})
