import { expect, test } from 'vitest'
import { termNumber } from '../../../domain/searching/term-number.ts'

test('the number of a term never changes', () => {
  expect(['', 'code 404', 'had email:john@example.com', '\ud800'].map(termNumber)).toMatchInlineSnapshot(`
    [
      96890756502343,
      44485022997499,
      81386648842423,
      100873581954032,
    ]
  `)
})

test('different terms have different numbers, below 2^47, spread evenly', () => {
  const numbers = Array.from({ length: 200_000 }, (_, n) => termNumber(`had email:user${n}@example.com`))
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(numbers.every((number) => Number.isSafeInteger(number) && number >= 0 && number < 2 ** 47)).toBe(
    true,
  )
  for (let bit = 0; bit < 47; bit++) {
    const set = numbers.filter((number) => Math.floor(number / 2 ** bit) % 2 === 1).length
    expect(set / numbers.length).toBeCloseTo(0.5, 1)
  }
})
