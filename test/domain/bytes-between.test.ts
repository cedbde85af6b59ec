import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesAfter } from '../../domain/bytes-between.ts'
import type { Json, JsonObject } from '../../domain/json.ts'
import { memberBytes } from '../../domain/member-bytes.ts'

describe('the bytes between two values of a member', () => {
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<Json>('a', 'é', 1, 1.5, true, null, 'x'.repeat(250)),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'é'), tie('json'), { maxKeys: 3 }),
    ),
  }))
  /** Shares what it can with the value, as a change does. */
  const changed = (value: Json, other: Json, seed: number): Json => {
    if (Array.isArray(value)) {
      const kept = value.filter((_, i) => (seed >> (i % 8)) % 3 !== 0)
      return seed % 2 === 0
        ? [...kept, other]
        : value.map((each, i) => (i === seed % 5 ? changed(each, other, seed >> 1) : each))
    }
    if (typeof value !== 'object' || value === null || seed % 7 === 0) return other
    const [name = 'a'] = Object.keys(value)
    const { [name]: inner = null, ...rest } = value as JsonObject
    return seed % 3 === 0 ? rest : { ...rest, [name]: changed(inner, other, seed >> 1), b: other }
  }
  const missing = fc.constantFrom(false, false, false, true)

  test('are the difference of their sizes', () => {
    fc.assert(
      fc.property(
        json,
        json,
        fc.nat(10_000),
        missing,
        missing,
        fc.nat(2000),
        (value, other, seed, no, gone, atMost) => {
          const before = no ? undefined : value
          const after = gone ? undefined : changed(value, other, seed)
          const bytesOf = (member: Json | undefined) =>
            member === undefined ? 0 : memberBytes('mé', member, Number.POSITIVE_INFINITY)
          const members = [{ name: 'mé', before, after }]
          const start = bytesOf(before) + 10
          const expected = 10 + bytesOf(after)
          expect(bytesAfter(start, members, Number.POSITIVE_INFINITY)).toBe(expected)
          if (expected > atMost) expect(bytesAfter(start, members, atMost)).toBeGreaterThan(atMost)
          else expect(bytesAfter(start, members, atMost)).toBe(expected)
        },
      ),
      { numRuns: 3000 },
    )
  })
})
