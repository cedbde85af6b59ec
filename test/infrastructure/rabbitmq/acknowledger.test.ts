import type { Message } from 'amqplib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acknowledger } from '../../../infrastructure/rabbitmq/acknowledger.ts'

/** Behaves like the broker: a tag must be outstanding; `multiple` takes all outstanding ones up to it. */
const broker = (delivered: number) => {
  const outstanding = new Set(Array.from({ length: delivered }, (_, i) => i + 1))
  let frames = 0
  return {
    outstanding,
    frames: () => frames,
    ack({ fields }: Message, multiple = false) {
      frames++
      if (!outstanding.has(fields.deliveryTag)) throw new Error(`unknown delivery tag ${fields.deliveryTag}`)
      for (const tag of outstanding) {
        if (tag === fields.deliveryTag || (multiple && tag < fields.deliveryTag)) outstanding.delete(tag)
      }
    },
  }
}

describe('acknowledger', () => {
  test('acknowledges exactly the given deliveries, in any order and grouping', () => {
    const calls = fc.shuffledSubarray(Array.from({ length: 40 }, (_, i) => i + 1)).chain((tags) =>
      fc.array(fc.nat(tags.length), { maxLength: 8 }).map((cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), tags.length]
        return ends.map((end, i) => tags.slice(ends[i - 1] ?? 0, end))
      }),
    )
    fc.assert(
      fc.property(calls, (groups) => {
        const model = broker(40)
        const acknowledge = acknowledger(model)
        const given = new Set<number>()
        for (const group of groups) {
          acknowledge([...group])
          for (const tag of group) given.add(tag)
          expect([...model.outstanding].some((tag) => given.has(tag))).toBe(false)
          expect(model.outstanding.size).toBe(40 - given.size)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('needs one frame for a batch in delivery order', () => {
    const model = broker(400)
    const acknowledge = acknowledger(model)
    acknowledge(Array.from({ length: 200 }, (_, i) => i + 1))
    acknowledge(Array.from({ length: 200 }, (_, i) => i + 201))
    expect(model.frames()).toBe(2)
    expect(model.outstanding.size).toBe(0)
  })
})
