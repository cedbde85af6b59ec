import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Position } from '../../../application/ports/position.ts'
import * as replyOrder from '../../../infrastructure/ndjson/reply-order.ts'
import { anImportId } from '../../support/builders/event-builders.ts'

const at = (n: number) => String(n) as Position

const newRun = { line: 0, position: at(0) }
const createReplyOrder = (start: typeof newRun) => replyOrder.createReplyOrder(start, anImportId)

describe('replies', () => {
  test('that arrive in another order are put into line order', () => {
    const order = createReplyOrder(newRun)
    for (const line of [2, 3, 5]) order.expect(line)
    order.offer(3, 'three', at(1))
    expect(order.takeDue(9)).toEqual({ replies: [] })
    order.offer(2, 'two', at(2))
    expect(order.takeDue(9)).toEqual({ replies: ['two', 'three'], settled: { line: 3, position: at(2) } })
    order.offer(5, 'five', at(3))
    expect(order.takeDue(9)).toEqual({ replies: ['five'], settled: { line: 5, position: at(3) } })
  })

  test('that arrive again are not printed again', () => {
    const order = createReplyOrder(newRun)
    order.expect(1)
    order.expect(2)
    order.offer(2, 'two', at(1))
    order.offer(2, 'two', at(1))
    order.offer(1, 'one', at(2))
    order.takeDue(9)
    order.offer(2, 'two', at(1))
    order.offer(1, 'one', at(2))
    expect(order.takeDue(9)).toEqual({ replies: [] })
  })

  test('for lines that an earlier process took wait until they are taken again', () => {
    const order = createReplyOrder({ line: 10, position: at(0) })
    order.offer(9, 'nine', at(1))
    order.offer(12, 'twelve', at(2))
    order.offer(11, 'eleven', at(3))
    expect(order.takeDue(9)).toEqual({ replies: [] })
    order.expect(11)
    order.expect(12)
    expect(order.takeDue(9)).toEqual({
      replies: ['eleven', 'twelve'],
      settled: { line: 12, position: at(3) },
    })
  })

  test('settle the place before the first waiting one', () => {
    const order = createReplyOrder(newRun)
    for (const line of [1, 2, 3]) order.expect(line)
    order.offer(1, 'one', at(7))
    order.offer(3, 'three', at(8))
    expect(order.takeDue(9)).toEqual({ replies: ['one'], settled: { line: 1, position: at(7) } })
    order.offer(2, 'two', at(9))
    expect(order.takeDue(9)).toEqual({ replies: ['two', 'three'], settled: { line: 3, position: at(9) } })
  })

  test('settle their line even while the first in the log waits', () => {
    const order = createReplyOrder({ line: 4, position: at(6) })
    for (const line of [5, 6]) order.expect(line)
    order.offer(7, 'seven', at(8))
    order.offer(5, 'five', at(9))
    expect(order.takeDue(9)).toEqual({ replies: ['five'], settled: { line: 5, position: at(6) } })
  })

  test('arrive in slices, each settled separately', () => {
    const order = createReplyOrder(newRun)
    for (const line of [1, 2, 3]) {
      order.expect(line)
      order.offer(line, String(line), at(line))
    }
    expect(order.takeDue(2)).toEqual({ replies: ['1', '2'], settled: { line: 2, position: at(2) } })
    expect(order.takeDue(2)).toEqual({ replies: ['3'], settled: { line: 3, position: at(3) } })
    expect(order.takeDue(2)).toEqual({ replies: [] })
  })

  test('that name only their import are also put into line order', () => {
    const order = createReplyOrder(newRun)
    order.offerByImport(anImportId(2), 'two')
    for (const line of [1, 2, 3]) order.expect(line)
    order.offer(3, 'three', at(3))
    expect(order.takeDue(9)).toEqual({ replies: [] })
    order.offer(1, 'one', at(4))
    expect(order.takeDue(9)).toEqual({
      replies: ['one', 'two', 'three'],
      settled: { line: 3, position: at(4) },
    })
  })

  test('that name only their import settle nothing until their line is printed', () => {
    const order = createReplyOrder(newRun)
    for (const line of [1, 2, 3]) order.expect(line)
    order.offer(1, 'one', at(1))
    expect(order.takeDue(9).settled).toEqual({ line: 1, position: at(1) })
    order.offerByImport(anImportId(3), 'three')
    order.offer(2, 'two', at(3))
    expect(order.takeDue(1).settled).toEqual({ line: 2, position: at(1) })
    expect(order.takeDue(9).settled).toEqual({ line: 3, position: at(3) })
  })

  test('for one line, first without and then with the line, count as the first', () => {
    const order = createReplyOrder(newRun)
    order.offerByImport(anImportId(1), 'first')
    order.offer(1, 'again', at(2))
    order.expect(1)
    expect(order.takeDue(9)).toEqual({ replies: ['first'], settled: { line: 1, position: at(2) } })
    expect(order.takeDue(9)).toEqual({ replies: [] })
  })
})

test('for any order within batches, any slices and any repetitions: every line once, in order, and settled correctly', () => {
  const batches = fc.array(fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 8 }), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(batches, fc.infiniteStream(fc.nat(5)), (shuffles, choice) => {
      const order = createReplyOrder(newRun)
      const choose = () => choice.next().value
      const inLog: Array<number> = []
      const printed: Array<number> = []
      let line = 0
      let offered = 0
      const print = () => {
        for (;;) {
          const { replies, settled } = order.takeDue(1 + choose())
          printed.push(...replies.map(Number))
          if (settled === undefined) return
          expect(printed.at(-1)).toBe(settled.line)
          const lineAt = (position: number) => inLog[position - 1] ?? 0
          const place = Number(settled.position)
          for (let each = 1; each <= place; each += 1) expect(lineAt(each)).toBeLessThanOrEqual(settled.line)
          if (place < offered) expect(lineAt(place + 1)).toBeGreaterThan(settled.line)
        }
      }
      const offerSome = (count: number) => {
        for (; count > 0 && offered < inLog.length; count -= 1) {
          // A projection that restarts repeats what it gave.
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
