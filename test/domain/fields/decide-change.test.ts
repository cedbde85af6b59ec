import { describe, expect, test } from 'vitest'
import { sameJson } from '../../../domain/canonical-json.ts'
import type { Json, JsonObject } from '../../../domain/json.ts'
import {
  buildMessage,
  buildRules,
  declaring,
  given,
  importInto,
} from '../../support/builders/message-builders.ts'

const data = (fields: JsonObject) => buildMessage({ email: 'a@example.com', data: fields })
const changesOf = (held: Json | undefined, call: JsonObject, rules = buildRules()) => {
  const world = given([data(held === undefined ? {} : { f: held })], rules)
  const { result, world: after } = importInto(world, data({ f: call }))
  return { result, held: after.profiles[0]?.fields.f }
}

describe('a function changes the held value', () => {
  test.each<[string, Json | undefined, JsonObject, Json | undefined]>([
    ['set', 1, { action: 'set', value: 'x' }, 'x'],
    ['set to null unsets', 1, { action: 'set', value: null }, undefined],
    [
      'set to what looks like a function',
      1,
      { action: 'set', value: { action: 'unset' } },
      { action: 'unset' },
    ],
    ['unset', 1, { action: 'unset' }, undefined],
    ['incr', 5, { action: 'incr', value: 2 }, 7],
    ['incr by a negative number', 5, { action: 'incr', value: -7 }, -2],
    ['incr of a float', 0.5, { action: 'incr', value: 0.25 }, 0.75],
    ['incr of nothing', undefined, { action: 'incr', value: 3 }, 3],
    ['incr of nothing by nothing', undefined, { action: 'incr', value: 0 }, 0],
    ['add of tags', ['a', 'b'], { action: 'add', value: ['b', 'c', 'c'] }, ['a', 'b', 'c']],
    [
      'add of objects',
      [{ a: 1, b: 2 }],
      { action: 'add', value: [{ b: 2, a: 1 }, { a: 2 }] },
      [{ a: 1, b: 2 }, { a: 2 }],
    ],
    ['add to nothing', undefined, { action: 'add', value: ['a'] }, ['a']],
    ['add to an empty list', [], { action: 'add', value: [{ a: 1 }] }, [{ a: 1 }]],
    ['delete of tags', ['a', 'b', 'a'], { action: 'delete', value: ['a', 'x'] }, ['b']],
    [
      'delete of objects',
      [{ a: 1, b: 2 }, { a: 2 }],
      { action: 'delete', value: [{ b: 2, a: 1 }] },
      [{ a: 2 }],
    ],
    ['delete of all', ['a'], { action: 'delete', value: ['a'] }, []],
    ['upsert of a member', { a: 1 }, { action: 'upsert', submatch: 'b', value: 2 }, { a: 1, b: 2 }],
    [
      'upsert by a dotted path',
      { a: { b: 1 } },
      { action: 'upsert', submatch: 'a.c', value: 2 },
      { a: { b: 1, c: 2 } },
    ],
    [
      'upsert by a list of names',
      { a: 1 },
      { action: 'upsert', submatch: ['x.y', 'z'], value: 2 },
      { a: 1, 'x.y': { z: 2 } },
    ],
    [
      'upsert makes what is missing',
      undefined,
      { action: 'upsert', submatch: 'a.b', value: [1] },
      { a: { b: [1] } },
    ],
    ['upsert of null', { a: 1 }, { action: 'upsert', submatch: 'a', value: null }, { a: null }],
    [
      'upsert in every element that has the path',
      [{ a: { b: 1 } }, { a: 5 }, { c: 1 }, { a: { b: 2, c: 3 } }],
      { action: 'upsert', submatch: 'a.b', value: 9 },
      [{ a: { b: 9 } }, { a: 5 }, { c: 1 }, { a: { b: 9, c: 3 } }],
    ],
  ])('%s', (_what, held, call, expected) => {
    const { result, held: after } = changesOf(held, call)
    expect(after).toEqual(expected)
    expect(result).toMatchObject({ right: { personal: { changes: [{ field: 'f' }] } } })
  })

  test.each<[Json | undefined, JsonObject, JsonObject]>([
    [5, { action: 'incr', value: 2 }, { action: 'incr', by: 2, value: 7, was: 5 }],
    [undefined, { action: 'incr', value: 2 }, { action: 'incr', by: 2, value: 2 }],
    [0, { action: 'set', value: 2 }, { action: 'set', value: 2, was: 0 }],
    [undefined, { action: 'set', value: 2 }, { action: 'set', value: 2 }],
    [false, { action: 'unset' }, { action: 'unset', was: false }],
    [['a', 'b'], { action: 'add', value: ['b', 'c'] }, { action: 'add', items: ['c'] }],
    [['a', 'b', 'a'], { action: 'delete', value: ['a', 'x'] }, { action: 'delete', items: ['a'] }],
    [
      { a: { b: 1, c: 2 } },
      { action: 'upsert', submatch: 'a.b', value: 3 },
      { action: 'upsert', submatch: ['a', 'b'], value: 3, replaced: [1] },
    ],
    [
      { a: { b: null } },
      { action: 'upsert', submatch: 'a.b', value: 3 },
      { action: 'upsert', submatch: ['a', 'b'], value: 3, replaced: [null] },
    ],
    [
      { a: 1 },
      { action: 'upsert', submatch: 'b.c', value: 3 },
      { action: 'upsert', submatch: ['b', 'c'], value: 3 },
    ],
    [
      [{ a: 1 }, { b: 1 }, { a: 2 }],
      { action: 'upsert', submatch: 'a', value: 3 },
      { action: 'upsert', submatch: ['a'], value: 3, replaced: [1, 2] },
    ],
  ])(
    'and the event holds the instruction, the result and the previous value: %j, %j',
    (held, call, change) => {
      expect(changesOf(held, call).result).toMatchObject({
        right: {
          personal: { changes: [expect.toSatisfy((seen) => sameJson(seen, { field: 'f', ...change }))] },
        },
      })
    },
  )
})

test.each([
  [9_007_199_254_740_990, 0.6],
  [4_503_599_627_370_497, 0.3],
  [-9_007_199_254_740_990, -0.4],
])('an increment whose fraction would be rounded away is refused: %d and %d', (held, value) => {
  expect(changesOf(held, { action: 'incr', value }).result).toMatchObject({ left: [{ tag: 'BadMember' }] })
})

describe('a function without effect is not recorded', () => {
  test.each<[Json | undefined, JsonObject]>([
    [1, { action: 'set', value: 1 }],
    [
      { a: 1, b: [2] },
      { action: 'set', value: { b: [2], a: 1 } },
    ],
    [undefined, { action: 'unset' }],
    [5, { action: 'incr', value: 0 }],
    [['a'], { action: 'add', value: ['a'] }],
    [['a'], { action: 'add', value: [] }],
    [undefined, { action: 'delete', value: ['a'] }],
    [['a'], { action: 'delete', value: ['b'] }],
    [{ a: 1 }, { action: 'upsert', submatch: 'a', value: 1 }],
    [[{ b: 1 }], { action: 'upsert', submatch: 'a', value: 1 }],
    [[], { action: 'upsert', submatch: 'a', value: 1 }],
  ])('%j: %j', (held, call) => {
    expect(changesOf(held, call).result).toMatchObject({ right: { personal: { changes: [] } } })
  })
})

describe('a function that does not fit is refused', () => {
  test.each<[Json, JsonObject, string]>([
    ['x', { action: 'incr', value: 1 }, 'string'],
    [true, { action: 'incr', value: 1 }, 'bool'],
    [['a'], { action: 'incr', value: 1 }, 'tags'],
    ['x', { action: 'add', value: ['a'] }, 'string'],
    [1, { action: 'delete', value: ['a'] }, 'int'],
    [1.5, { action: 'delete', value: ['a'] }, 'float'],
    [[1], { action: 'add', value: ['a'] }, 'list'],
    [['a'], { action: 'add', value: [{}] }, 'tags'],
    [[{}], { action: 'delete', value: ['a'] }, 'arr_object'],
    [['a'], { action: 'upsert', submatch: 'a', value: 1 }, 'tags'],
    ['x', { action: 'upsert', submatch: 'a', value: 1 }, 'string'],
    [{ a: 1 }, { action: 'add', value: ['a'] }, 'object'],
  ])('%j: %j', (held, call, type) => {
    const left = { tag: 'UnfitAction', field: 'f', action: call.action, type }
    expect(changesOf(held, call).result).toEqual({ _tag: 'Left', left: [left] })
  })

  test.each<[Json, JsonObject, string]>([
    [1, { action: 'set' }, 'data.f.value'],
    [1, { action: 'incr' }, 'data.f.value'],
    [1, { action: 'incr', value: '1' }, 'data.f.value'],
    [1, { action: 'incr', value: null }, 'data.f.value'],
    [Number.MAX_SAFE_INTEGER, { action: 'incr', value: 1 }, 'data.f'],
    [['a'], { action: 'add', value: 'b' }, 'data.f.value'],
    [['a'], { action: 'add', value: ['b', {}] }, 'data.f.value'],
    [['a'], { action: 'delete', value: [1] }, 'data.f.value'],
    [{}, { action: 'upsert', value: 1 }, 'data.f.submatch'],
    [{}, { action: 'upsert', submatch: '', value: 1 }, 'data.f.submatch'],
    [{}, { action: 'upsert', submatch: 'a..b', value: 1 }, 'data.f.submatch'],
    [{}, { action: 'upsert', submatch: [], value: 1 }, 'data.f.submatch'],
    [{}, { action: 'upsert', submatch: [1], value: 1 }, 'data.f.submatch'],
    [{}, { action: 'upsert', submatch: 'a.__proto__', value: 1 }, 'data.f.submatch'],
    [{}, { action: 'upsert', submatch: ['constructor', 'prototype', 'x'], value: 1 }, 'data.f.submatch'],
    [{ a: 1 }, { action: 'upsert', submatch: 'a.b', value: 1 }, 'data.f.submatch'],
    [{ a: [] }, { action: 'upsert', submatch: 'a.b', value: 1 }, 'data.f.submatch'],
  ])('%j: %j names the member', (held, call, member) => {
    expect(changesOf(held, call).result).toMatchObject({ _tag: 'Left', left: [{ member }] })
  })

  test('by a path deeper than a message may be', () => {
    const call = { action: 'upsert', submatch: 'a.'.repeat(40).slice(0, -1), value: 1 }
    expect(changesOf({}, call).result).toMatchObject({ left: [{ tag: 'LimitExceeded', limit: 'depth' }] })
  })
})

describe('the type of a declared field determines what fits', () => {
  const fits: Readonly<Record<string, ReadonlyArray<string>>> = {
    set: ['string', 'int', 'float', 'bool', 'date', 'enum', 'phone', 'tags', 'object', 'arr_object'],
    unset: ['string', 'int', 'float', 'bool', 'date', 'enum', 'phone', 'tags', 'object', 'arr_object'],
    incr: ['int', 'float'],
    add: ['tags', 'arr_object'],
    delete: ['tags', 'arr_object'],
    upsert: ['object', 'arr_object'],
  }
  const fieldTypes = [
    'string',
    'int',
    'float',
    'bool',
    'date',
    'enum',
    'phone',
    'tags',
    'object',
    'arr_object',
  ] as const
  const cases = Object.keys(fits).flatMap((action) => fieldTypes.map((type) => ({ action, type })))

  test.each(cases)('$action on $type', ({ action, type }) => {
    const rules = declaring({ f: { type, values: ['x'] } })
    const values: Readonly<Record<string, Json>> = { incr: 1, add: [], delete: [], upsert: 1 }
    const call = { action, value: values[action] ?? null, submatch: 'a' }
    const { result } = changesOf(undefined, call, rules)
    const isFit = fits[action]?.includes(type) ?? false
    expect(result).toMatchObject(
      isFit ? { _tag: 'Right' } : { left: [{ tag: 'UnfitAction', field: 'f', action, type }] },
    )
  })

  test('an upsert on a missing list of objects has no effect', () => {
    const call = { action: 'upsert', submatch: 'a', value: 1 }
    expect(changesOf(undefined, call, declaring({ f: { type: 'arr_object' } })).held).toBeUndefined()
  })

  test('an int is not increased by a fraction', () => {
    const left = { tag: 'BadMember', member: 'data.f.value' }
    const rules = declaring({ f: { type: 'int' } })
    expect(changesOf(1, { action: 'incr', value: 0.5 }, rules).result).toMatchObject({ left: [left] })
  })

  test.each<[string, JsonObject, JsonObject]>([
    ['phones', { action: 'add', value: ['+7 900 000 00 02'] }, { phones: ['+79000000001', '+79000000002'] }],
    ['phones', { action: 'delete', value: ['0079000000001'] }, { phones: [] }],
    ['_status', { action: 'incr', value: 2 }, { _status: 3 }],
    ['_fname', { action: 'set', value: 'Eve' }, { _fname: 'Eve' }],
  ])('system fields too: %s %j', (field, call, expected) => {
    const world = given([data({ phones: ['+79000000001'], _status: 1 }), data({ [field]: call })])
    expect(world.profiles[0]?.fields).toMatchObject(expected)
  })

  test.each(['unset', 'set'])('email is not unset by %s', (action) => {
    const { result } = importInto(given([data({})]), data({ email: { action, value: null } }))
    expect(result).toMatchObject({ left: [{ tag: 'BadMember', member: 'data.email' }] })
  })
})
