import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { bytesAfter } from '../../domain/bytes-between.ts'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import { applyChanges } from '../../domain/fields/apply-change.ts'
import { decideChange } from '../../domain/fields/decide-change.ts'
import type { FieldInstruction } from '../../domain/fields/field-instruction.ts'
import type { Json, JsonObject } from '../../domain/json.ts'
import { defaultLimits } from '../../domain/limits.ts'
import { identityKeysOf } from '../../domain/matching/identity-keys.ts'
import { type KeysBySource, keysAfter, keysBySource } from '../../domain/matching/keys-by-source.ts'
import { memberBytes } from '../../domain/member-bytes.ts'
import type { Profile } from '../../domain/profile.ts'
import { arbitraryMessage } from '../support/arbitrary-messages.ts'
import { declaring, emptyWorld, importInto } from '../support/builders.ts'

const copy = <A>(value: A): A => JSON.parse(JSON.stringify(value))

describe('what is kept of a list from change to change', () => {
  const element = (type: string) =>
    type === 'objects'
      ? fc.constantFrom<Json>({ a: 1 }, { a: 1, b: [2] }, { b: [2], a: 1 }, {}, { a: 2 })
      : fc.constantFrom<Json>('a', ' a', 'a ', 'b', '')
  const step = fc.constantFrom('objects', 'tags', 'strings').chain((type) =>
    fc.record({
      type: fc.constant(type),
      action: fc.constantFrom('add', 'delete', 'set' as const),
      items: fc.array(element(type), { maxLength: 4 }),
      // A change that is decided and folded, but then refused.
      isKept: fc.boolean(),
    }),
  )

  test('gives what the list alone would give', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        let fields: JsonObject = {}
        for (const { type, action, items, isKept } of steps) {
          const declared = type === 'tags' ? ('tags' as const) : undefined
          const instruction: FieldInstruction =
            action === 'set'
              ? { field: 'f', type: declared, action, value: copy(items) }
              : { field: 'f', type: declared, action: action as 'add' | 'delete', items: copy(items) }
          const [held, fresh] = [fields.f, copy(fields).f]
          const decided = decideChange(held, instruction, defaultLimits)
          expect(decided).toEqual(decideChange(fresh, instruction, defaultLimits))
          if (E.isLeft(decided) || decided.right === undefined) continue
          const after = applyChanges(fields, [decided.right])
          expect(after).toEqual(applyChanges(copy(fields), [copy(decided.right)]))
          // Once more, as after a batch that is tried again.
          expect(applyChanges(fields, [decided.right])).toEqual(after)
          if (isKept) fields = after
        }
      }),
      { numRuns: 2000 },
    )
  })
})

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

  test('are the difference of the two', () => {
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

test('the keys that are kept from change to change are those of the profile', () => {
  const rules = [
    emptyWorld(),
    emptyWorld(
      declaring({ segments: { type: 'tags', match: true }, CRM_ID: { type: 'string', match: true } }),
    ),
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...rules),
      fc.array(arbitraryMessage(), { maxLength: 15 }),
      (empty, messages) => {
        const held = new Map<string, { profile: Profile; keys: KeysBySource }>()
        let world = empty
        for (const message of messages) {
          const step = importInto(world, message)
          if (E.isRight(step.result)) {
            const { data } = step.result.right
            const profile = step.world.profiles.find(({ profile_id }) => profile_id === data.profile_id)
            if (profile === undefined) throw new Error('no profile')
            const definition = world.rules.definitionOf(profile) ?? undeclared
            const before = held.get(data.profile_id)
            const keys =
              before === undefined
                ? keysBySource(profile, definition)
                : keysAfter(before, data, profile, definition)
            held.set(data.profile_id, { profile, keys })
            const all = new Set([...keys.values()].flat())
            expect([...all].sort()).toEqual([...identityKeysOf(profile, definition)].sort())
          }
          world = step.world
        }
      },
    ),
    { numRuns: 300 },
  )
})
