import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { defaultLimits } from '../../../domain/limits.ts'
import { buildMessage, buildRules, bytesOf } from '../../support/builders/message-builders.ts'
import { type Message, Pipeline, type PipelineOptions } from '../../support/pipeline/pipeline.ts'

const messages = (count: number, length = 1): Message[] =>
  Array.from({ length: count }, (_, i) => ({
    body: bytesOf(buildMessage({ email: `p${i % 7}@example.com`, data: { i, text: 'x'.repeat(length) } })),
  }))

const run = async (of: ReadonlyArray<Message>, options: PipelineOptions = {}) => {
  const batches: number[] = []
  const pipeline = new Pipeline({ observer: { imported: ({ taken }) => batches.push(taken) }, ...options })
  try {
    const { acknowledged } = await pipeline.import(of, 200)
    const outcomes = (await pipeline.events()).map(({ event }) =>
      event.type === 'Unreadable' ? event : event.personal.sha256,
    )
    return { batches, acknowledged, outcomes }
  } finally {
    pipeline.close()
  }
}

test('a batch is full with 8 MiB of bodies, and what is left comes next, in order', async () => {
  const rules = buildRules({ limits: { ...defaultLimits, message_bytes: 10_000_000 } })
  const large = messages(20, 1_000_000)
  const { batches, acknowledged, outcomes } = await run(large, { rules })
  expect(batches).toEqual([8, 8, 4])
  expect(acknowledged).toBe(20)
  expect(outcomes).toEqual(large.map(({ body }) => createHash('sha256').update(body).digest('hex')))
})

test('one message that is larger than a batch is a batch', async () => {
  const { batches } = await run(messages(3, 9_000_000))
  expect(batches).toEqual([1, 1, 1])
})

test('slow messages fill a batch with half a second, and no hundred milliseconds pass without a turn', async () => {
  let [now, last, longest] = [0, 0, 0]
  const clock = {
    now: () => now,
    turn: async () => {
      longest = Math.max(longest, now - last)
      last = now
    },
  }
  const rules = {
    ...buildRules(),
    // Asked for once while a message is read: that takes 30 ms.
    get defaultCountry() {
      now += 30
      return 'DE'
    },
  }
  const { batches, acknowledged, outcomes } = await run(messages(100), { clock, rules })
  const still = await run(messages(100))
  expect(acknowledged).toBe(100)
  expect(outcomes).toEqual(still.outcomes)
  expect(still.batches).toEqual([100])
  expect(batches).toEqual([17, 17, 17, 17, 17, 15])
  expect(now).toBe(3000)
  expect(longest).toBeLessThanOrEqual(100)
  expect(now - last).toBeLessThanOrEqual(100)
})
