import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isNewer, type Reason } from '../../domain/events/current.ts'
import { outcomeOf } from '../../domain/events/outcome-of.ts'
import { importRejected } from '../../domain/import-rejected.ts'
import { importRepeated } from '../../domain/import-repeated.ts'
import { outcomeText } from '../../domain/outcome.ts'
import { reasonCode, reasonText } from '../../domain/reason.ts'
import type { Reasons } from '../../domain/refuse.ts'
import { aDatabase, anImportId } from '../support/builders/event-builders.ts'

const wrong = (member: string): Reason => ({ tag: 'BadMember', member, expected: 'a string' })
const textOf = (first: Reason, ...others: ReadonlyArray<Reason>): string =>
  outcomeText(outcomeOf(importRejected([first, ...others], aDatabase())))

describe('the text of a refusal', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(wrong) as [Reason, ...ReadonlyArray<Reason>]
  const firstFive = 'abcde'.split('').map((name) => `${name}: must be a string`)
  const [a, b, c, d, e, f] = names as [Reason, Reason, Reason, Reason, Reason, Reason]

  test('names up to five mistakes', () => {
    expect(textOf(a)).toBe('a: must be a string')
    expect(textOf(a, b)).toBe('a: must be a string; b: must be a string')
    expect(textOf(a, b, c, d, e)).toBe(firstFive.join('; '))
  })

  test('says how many more were found', () => {
    expect(textOf(a, b, c, d, e, f)).toBe(`${firstFive.join('; ')}; and 1 more mistake`)
    expect(textOf(...names)).toBe(`${firstFive.join('; ')}; and 2 more mistakes`)
  })

  const limit: Reason = { tag: 'LimitExceeded', limit: 'fields', maximum: 5 }

  test('after a mistake omits reasons that are not mistakes', () => {
    expect(textOf(a, limit, b)).toBe('a: must be a string; b: must be a string')
  })

  test('is only its first reason if that is not a mistake', () => {
    expect(textOf({ tag: 'UnknownDatabase' }, a, b)).toBe('no such database')
    expect(textOf(limit, a)).toBe(reasonText(limit))
  })
})

const anyReason = fc.constantFrom<Reason>(
  wrong('a'),
  wrong('b'),
  { tag: 'UnknownField', field: 'c' },
  { tag: 'UnknownDatabase' },
  { tag: 'LimitExceeded', limit: 'fields', maximum: 5 },
)

test('a repetition has the code and the text of the first import, whatever it was refused for', () => {
  fc.assert(
    fc.property(fc.array(anyReason, { minLength: 1, maxLength: 20 }), (reasons) => {
      const rejected = importRejected(reasons as unknown as Reasons, aDatabase())
      const first = outcomeOf(rejected)
      const again = outcomeOf(importRepeated(anImportId(1), first, aDatabase()))
      expect(again).toEqual(first)
      expect(rejected.public.code).toBe(reasonCode(reasons[0] as Reason))
      const codes = rejected.personal.reasons.map((reason) => !isNewer(reason) && reasonCode(reason))
      expect(new Set(codes)).toEqual(new Set([rejected.public.code]))
    }),
  )
})
