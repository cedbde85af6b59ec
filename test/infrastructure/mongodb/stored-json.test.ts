import fc from 'fast-check'
import { BSON } from 'mongodb'
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../domain/json.ts'
import { decodeName, encodeName } from '../../../infrastructure/mongodb/field-names.ts'
import { decodeAs, encodeJson, encodeObject } from '../../../infrastructure/mongodb/stored-json.ts'

/** The value as a server returns it. */
const kept = (value: Json): Json => {
  const bytes = BSON.serialize({ value: encodeJson(value) })
  return decodeAs(BSON.deserialize(bytes).value)
}

const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '__proto__',
    '_bsontype',
    'a.b',
    '$set',
    '$where',
    '%',
    '%json',
    '%2E',
    '\0',
    '\ud800',
    '1',
  ),
)
const scalar: fc.Arbitrary<Json> = fc.oneof(
  name,
  fc.boolean(),
  fc.constant(null),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53 - 1, 1e300, 5e-324),
)
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('json')), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
  ),
}))

describe('JSON in documents', () => {
  test('is returned unchanged', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(kept(value)).toStrictEqual(value)
      }),
      { numRuns: 2000 },
    )
  })

  test('keeps lone surrogates apart', () => {
    const hostile: JsonObject = { '\ud800': '\ud801', '\ud801': '\udc00', '\udc00x': ['\ud800'] }
    expect(kept(hostile)).toStrictEqual(hostile)
  })

  test('may be nested deeper than documents can', () => {
    let deep: Json = 'end'
    for (let i = 0; i < 300; i++) deep = i % 2 === 0 ? [deep] : { '\ud800.': deep }
    expect(kept(deep)).toStrictEqual(deep)
    const levels = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(levels)) : 0
    expect(levels(encodeJson(deep))).toBeLessThan(110)
  })

  test('is never mistaken for a type of the driver', () => {
    const forged = { _bsontype: 'ObjectId', id: 'x', __proto__: null }
    expect(kept({ ...forged })).toStrictEqual({ _bsontype: 'ObjectId', id: 'x' })
  })

  test('keeps integers as integers', () => {
    const types = BSON.deserialize(
      BSON.serialize(encodeObject({ int: 1, long: 2 ** 40, negative: -(2 ** 40), double: 0.5, zero: -0 })),
      { promoteValues: false },
    )
    const typeOf = (value: unknown) => (value as { _bsontype: string })._bsontype
    expect(Object.values(types).map(typeOf)).toEqual(['Int32', 'Long', 'Long', 'Double', 'Double'])
  })

  test('is readable: ordinary names and values are unchanged', () => {
    const profile = { email: 'john@example.com', _fname: 'John', 'Имя поля': ['a', { 'b-c d': 1 }] }
    expect(encodeJson(profile)).toEqual(profile)
  })
})

describe('field names', () => {
  test('are returned unchanged, and contain nothing with a meaning', () => {
    fc.assert(
      fc.property(name, (text) => {
        const stored = encodeName(text)
        expect(decodeName(stored)).toBe(text)
        expect(stored).not.toMatch(/[.$\0]|^$|^__proto__$|^_bsontype$|^%json$/)
        expect(stored.isWellFormed()).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['a.b', 'a%2Eb'],
    ['$set', '%24set'],
    ['100%', '100%25'],
    ['', '%'],
    ['__proto__', '%5F_proto__'],
  ])('%s is stored as %s', (text, stored) => {
    expect(encodeName(text)).toBe(stored)
  })
})
