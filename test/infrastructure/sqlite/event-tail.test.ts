import { expect, test } from 'vitest'
import { EventTail } from '../../../infrastructure/sqlite/event-tail.ts'
import { toPosition } from '../../../infrastructure/sqlite/position.ts'
import { importRejected } from '../../support/builders/event-builders.ts'

const all = { events: 100, size: 1000 }

const push = (tail: EventTail, position: number, size = 1) => {
  const recorded = {
    position: toPosition(position),
    stream: 's',
    revision: 0,
    eventId: '',
    event: importRejected(1),
  }
  tail.push(position, recorded, size)
}

const after = (tail: EventTail, position: number, limits = all) =>
  tail.after(position, limits).map((recorded) => Number(recorded.position))

test('returns what follows a position that it covers, and nothing else', () => {
  const tail = new EventTail(all)
  for (const position of [5, 6, 7]) push(tail, position)
  expect(after(tail, 3)).toEqual([])
  expect(after(tail, 4)).toEqual([5, 6, 7])
  expect(after(tail, 6)).toEqual([7])
  expect(after(tail, 7)).toEqual([])
  expect(after(tail, 9)).toEqual([])
})

test('starts again after a gap', () => {
  const tail = new EventTail(all)
  for (const position of [5, 6, 8, 9]) push(tail, position)
  expect(after(tail, 5)).toEqual([])
  expect(after(tail, 6)).toEqual([])
  expect(after(tail, 7)).toEqual([8, 9])
})

test('keeps as many events as allowed, by count and by size', () => {
  const byCount = new EventTail({ events: 3, size: 1000 })
  for (let position = 1; position <= 20; position++) push(byCount, position)
  expect(after(byCount, 16)).toEqual([])
  expect(after(byCount, 17)).toEqual([18, 19, 20])
  const bySize = new EventTail({ events: 100, size: 10 })
  for (let position = 1; position <= 20; position++) push(bySize, position, 4)
  expect(after(bySize, 17)).toEqual([])
  expect(after(bySize, 18)).toEqual([19, 20])
  push(bySize, 21, 11)
  expect(after(bySize, 20)).toEqual([])
  push(bySize, 22, 1)
  expect(after(bySize, 21)).toEqual([22])
})

test('drops what is released, and continues from there', () => {
  const tail = new EventTail(all)
  for (const position of [1, 2, 3, 4]) push(tail, position, 300)
  tail.release(2)
  expect(after(tail, 1)).toEqual([])
  expect(after(tail, 2)).toEqual([3, 4])
  // There is room for three more.
  push(tail, 5, 300)
  expect(after(tail, 2)).toEqual([3, 4, 5])
  tail.release(Number.POSITIVE_INFINITY)
  expect(after(tail, 4)).toEqual([])
  push(tail, 6)
  expect(after(tail, 5)).toEqual([6])
})

test('returns no more than requested, but at least one', () => {
  const tail = new EventTail(all)
  for (const position of [1, 2, 3]) push(tail, position, 5)
  expect(after(tail, 0, { events: 2, size: 100 })).toEqual([1, 2])
  expect(after(tail, 0, { events: 9, size: 12 })).toEqual([1, 2])
  expect(after(tail, 0, { events: 9, size: 1 })).toEqual([1])
})
