import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json } from '../../domain/json.ts'
import { isJsonObject } from '../../domain/json.ts'
import { memberBytes } from '../../domain/member-bytes.ts'

const whole = Number.POSITIVE_INFINITY
const utf8 = (text: string): number => Buffer.byteLength(text)

/** The JSON, with a comma after every member and element. */
const withCommas = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map((element) => `${withCommas(element)},`).join('')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}:${withCommas(inner)},`)
    .join('')}}`
}

/** How many objects and lists a value consists of. */
const containers = (value: Json): number => {
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce<number>((sum, inner) => sum + containers(inner), 1)
}

const keyed = (value: Json): ReadonlyArray<Json> => {
  if (Array.isArray(value)) return value.filter((element) => typeof element === 'string')
  return value === null || isJsonObject(value) ? [] : [value]
}

const expected = (name: string, value: Json): number => {
  const bytesOf = (inner: Json) =>
    utf8(`${JSON.stringify(name)}:${withCommas(inner)},`) +
    16 * (containers(inner) - Number(Array.isArray(inner)))
  return keyed(value).reduce<number>((sum, each) => sum + Math.min(200, bytesOf(each)), bytesOf(value))
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"\\/', '\b\t\n\v\f\r\u0000\u001f\u007f', 'é', '数', '😀', 'x'.repeat(300)),
)
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(
      text.filter((name) => name !== '__proto__'),
      tie('json'),
      { maxKeys: 5 },
    ),
  ),
}))

describe('the bytes of a member', () => {
  test.each<[string, Json, number]>([
    ['a', null, '"a":null,'.length],
    ['a', 1, 2 * '"a":1,'.length],
    ['a', true, 2 * '"a":true,'.length],
    ['é', 'x\n', 2 * ('"é":"x\\n",'.length + 1)],
    ['a', 'x'.repeat(500), 507 + 200],
    ['a', [], '"a":[],'.length],
    ['a', ['t', 1, 'u'], '"a":["t",1,"u",],'.length + 2 * '"a":"t",'.length],
    ['a', { b: 'x' }, '"a":{"b":"x",},'.length + 16],
    ['a', [{}, [], [[]]], '"a":[{},[],[[],],],'.length + 4 * 16],
  ])('%s: %j', (name, value, bytes) => {
    expect(memberBytes(name, value, whole)).toBe(bytes)
  })

  test('are those of its JSON, what it can be found by, and 16 for each object and nested list', () => {
    fc.assert(
      fc.property(text, json, (name, value) => {
        expect(memberBytes(name, value, whole)).toBe(expected(name, value))
      }),
      { numRuns: 2000 },
    )
  })

  test('are exact up to the given bound, and any number above it beyond', () => {
    fc.assert(
      fc.property(text, json, fc.nat({ max: 2000 }), (name, value, atMost) => {
        const bytes = expected(name, value)
        const measured = memberBytes(name, value, atMost)
        if (bytes <= atMost) expect(measured).toBe(bytes)
        else expect(measured).toBeGreaterThan(atMost)
      }),
      { numRuns: 2000 },
    )
  })
})
