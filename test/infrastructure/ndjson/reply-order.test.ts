import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Position } from '../../../application/ports/position.ts'
import { createReplyOrder } from '../../../infrastructure/ndjson/reply-order.ts'

const at = (n: number) => String(n) as Position

describe('replies', () => {
  test('given in another order, come in the order of the lines', () => {
    const order = createReplyOrder(0)
    for (const line of [2, 3, 5]) order.expect(line)
    order.offer(3, 'three', at(1))
    expect(order.takeDue()).toEqual({ replies: [] })
    order.offer(2, 'two', at(2))
    expect(order.takeDue()).toEqual({ replies: ['two', 'three'], settled: { line: 3, position: at(2) } })
    order.offer(5, 'five', at(3))
    expect(order.takeDue()).toEqual({ replies: ['five'], settled: { line: 5, position: at(3) } })
  })

  test('given again, do not come again', () => {
    const order = createReplyOrder(0)
    order.expect(1)
    order.expect(2)
    order.offer(2, 'two', at(1))
    order.offer(2, 'two', at(1))
    order.offer(1, 'one', at(2))
    order.takeDue()
    order.offer(2, 'two', at(1))
    order.offer(1, 'one', at(2))
    expect(order.takeDue()).toEqual({ replies: [] })
  })

  test('of lines that an earlier process took wait until they are taken again', () => {
    const order = createReplyOrder(10)
    order.offer(9, 'nine', at(1))
    order.offer(12, 'twelve', at(2))
    order.offer(11, 'eleven', at(3))
    expect(order.takeDue()).toEqual({ replies: [] })
    order.expect(11)
    order.expect(12)
    expect(order.takeDue()).toEqual({
      replies: ['eleven', 'twelve'],
      settled: { line: 12, position: at(3) },
    })
  })

  test('settled says no more than what is due: the place between, when the last ones wait', () => {
    const order = createReplyOrder(0)
    for (const line of [1, 2, 3]) order.expect(line)
    order.offer(1, 'one', at(7))
    order.offer(3, 'three', at(8))
    expect(order.takeDue()).toEqual({ replies: ['one'], settled: { line: 1, position: at(7) } })
  })
})

test('any order within batches, any slices, any repetitions: every line once, in order, and settled is true', () => {
  const batches = fc.array(fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 8 }), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(batches, fc.infiniteStream(fc.nat(5)), (shuffles, choice) => {
      const order = createReplyOrder(0)
      const choose = () => choice.next().value
      const inLog: Array<number> = []
      const printed: Array<number> = []
      let line = 0
      let offered = 0
      const print = () => {
        const { replies, settled } = order.takeDue()
        printed.push(...replies.map(Number))
        if (settled === undefined) return
        const answered = inLog.slice(0, Number(settled.position))
        expect(printed.at(-1)).toBeGreaterThanOrEqual(settled.line)
        expect(Math.max(...answered)).toBe(settled.line)
        expect(answered).toHaveLength(settled.line)
      }
      const offerSome = (count: number) => {
        for (; count > 0 && offered < inLog.length; count -= 1) {
          // A projection that starts again repeats what it gave.
          const back = choose() === 0 ? Math.min(offered, choose()) : 0
          for (let i = offered - back; i <= offered; i += 1) {
            order.offer(inLog[i] ?? 0, String(inLog[i]), at(i + 1))
          }
          offered += 1
        }
        if (choose() > 1) print()
      }
      for (const shuffle of shuffles) {
        const taken = shuffle.map((key) => {
          line += 1
          order.expect(line)
          return { key, line }
        })
        inLog.push(...taken.sort((a, b) => a.key - b.key).map((each) => each.line))
        offerSome(choose() * 2)
      }
      offerSome(inLog.length)
      print()
      expect(printed).toEqual(Array.from({ length: line }, (_, i) => i + 1))
    }),
    { numRuns: 500 },
  )
})
