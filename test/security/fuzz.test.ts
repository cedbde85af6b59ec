import { describe, expect, test } from 'vitest'
import { InputChecker } from '../programs/fuzz/check-input.ts'
import { fuzzBlock } from '../programs/fuzz/fuzz-block.ts'
import { buildRules, bytesOf } from '../support/builders/message-builders.ts'

test('thousands of generated messages have valid results', () => {
  const codes = new Set<string>()
  for (let block = 0; block < 16; block++) {
    const result = fuzzBlock(1, block)
    expect(result.findings).toEqual([])
    for (const code of Object.keys(result.codes)) codes.add(code)
  }
  expect([...codes].sort()).toEqual(['0', '400', '404', '409', '413'])
})

describe('the checks detect a defect', () => {
  const definitionOf = buildRules().definitionOf
  const message = (data: object) => bytesOf({ account_id: 1, db_id: 1, email: 'a@x.co', data: { ...data } })

  test('in code that throws', () => {
    const broken = buildRules({
      definitionOf: () => {
        throw new Error('broken')
      },
    })
    expect(() => new InputChecker(broken).check(message({}), true)).toThrow('broken')
  })

  test('in a list beyond its limit', () => {
    let limit = 2
    const limits = { ...buildRules().limits }
    const rules = {
      ...buildRules({ definitionOf }),
      limits: {
        ...limits,
        get list_elements() {
          return limit
        },
      },
    }
    const checker = new InputChecker(rules)
    expect(checker.check(message({ tags: ['a', 'b'] }), true).problems).toEqual([])
    limit = 1
    expect(checker.check(message({ _city: 'x' }), true).problems).toEqual(['tags is too long'])
  })
})
