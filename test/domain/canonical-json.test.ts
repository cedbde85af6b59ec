import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, sameJson } from '../../domain/canonical-json.ts'
import { isJsonObject, type Json } from '../../domain/json.ts'

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Json)

const reversed = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(reversed)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  )
}

describe('JSON values', () => {
  test('are equal whatever the order of members', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(sameJson(value, reversed(value))).toBe(true)
        expect(canonicalJson(value)).toBe(canonicalJson(reversed(value)))
      }),
    )
  })

  test('are equal if and only if their canonical texts are', () => {
    const small = fc.oneof(
      json,
      fc.constantFrom<Json>({}, [], null, 0, '0', [null], { a: 1 }, { a: 1, b: 1 }, { toString: 1 }),
    )
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(sameJson(a, b)).toBe(canonicalJson(a) === canonicalJson(b))
      }),
      { numRuns: 1000 },
    )
  })
})
