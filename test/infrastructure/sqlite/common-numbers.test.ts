import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commonNumbers } from '../../../infrastructure/sqlite/common-numbers.ts'

test('returns the first numbers that all lists have', () => {
  const list = fc.uniqueArray(fc.nat(30)).map((numbers) => numbers.sort((a, b) => a - b))
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), fc.nat(10), (lists, limit) => {
      const seeks = lists.map((numbers) => (from: number) => numbers.find((number) => number >= from))
      const common = lists[0]?.filter((number) => lists.every((numbers) => numbers.includes(number)))
      expect(commonNumbers(seeks, limit)).toEqual(common?.slice(0, limit))
    }),
  )
})

test('finds nothing without lists', () => {
  expect(commonNumbers([], 10)).toEqual([])
})
