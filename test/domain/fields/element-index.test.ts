import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { applyChanges } from '../../../domain/fields/apply-change.ts'
import { decideChange } from '../../../domain/fields/decide-change.ts'
import type { FieldInstruction } from '../../../domain/fields/field-instruction.ts'
import type { Json, JsonObject } from '../../../domain/json.ts'
import { defaultLimits } from '../../../domain/limits.ts'

const copy = <A>(value: A): A => JSON.parse(JSON.stringify(value))

describe('the index kept for a list from change to change', () => {
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

  test('equals an index built from the list alone', () => {
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
          // Once more, as if a batch were retried.
          expect(applyChanges(fields, [decided.right])).toEqual(after)
          if (isKept) fields = after
        }
      }),
      { numRuns: 2000 },
    )
  })
})
