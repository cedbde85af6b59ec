import fc from 'fast-check'
import { expect, test } from 'vitest'
import { comparePositions, type Position } from '../../../application/ports/position.ts'
import { positionOf, sortablePosition } from '../../../infrastructure/text/sortable-position.ts'

const number = fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 20n)).map(String)
const position = fc
  .array(number, { minLength: 1, maxLength: 2 })
  .map((numbers) => numbers.join('/') as Position)

test('sorts as text in the order of positions', () => {
  fc.assert(
    fc.property(position, position, (a, b) => {
      const [left, right] = [sortablePosition(a), sortablePosition(b)]
      expect(left < right ? -1 : left > right ? 1 : 0).toBe(Math.sign(comparePositions(a, b)))
    }),
    { numRuns: 2000 },
  )
})

test('becomes the position again', () => {
  fc.assert(
    fc.property(position, (each) => {
      expect(positionOf(sortablePosition(each))).toBe(each)
    }),
  )
})
