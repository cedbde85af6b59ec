import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { defaultLimits } from '../../../domain/limits.ts'
import { buildMessage, buildRules, bytesOf } from '../../support/builders/message-builders.ts'
import { type Message, Pipeline, type PipelineOptions } from '../../support/pipeline/pipeline.ts'

const messages = (count: number, length = 1): Array<Message> =>
  Array.from({ length: count }, (_, i) => ({
    body: bytesOf(buildMessage({ email: `p${i % 7}@example.com`, data: { i, text: 'x'.repeat(length) } })),
  }))

const sha256Of = ({ body }: Message) => createHash('sha256').update(body).digest('hex')
const outcomesIn = async (pipeline: Pipeline) =>
  (await pipeline.events()).map(({ event }) => (event.type === 'Unreadable' ? event : event.personal.sha256))

const run = async (of: ReadonlyArray<Message>, options: PipelineOptions = {}) => {
  const batches: Array<number> = []
  const pipeline = new Pipeline({ observer: { imported: ({ taken }) => batches.push(taken) }, ...options })
  try {
    const { acknowledged } = await pipeline.import(of, 200)
    return { batches, acknowledged, outcomes: await outcomesIn(pipeline) }
  } finally {
    pipeline.close()
  }
}

const takingLarge = buildRules({ limits: { ...defaultLimits, message_bytes: 10_000_000 } })

test('a batch is full with 8 MiB of bodies, and the rest follows in order', async () => {
  const large = messages(20, 1_000_000)
  const { batches, acknowledged, outcomes } = await run(large, { rules: takingLarge })
  expect(batches).toEqual([8, 8, 4])
  expect(acknowledged).toBe(20)
  expect(outcomes).toEqual(large.map(sha256Of))
})

test.each([true, false])(
  'after a stop, the rest of a batch is delivered again, and everything is imported once (ids: %s)',
  async (identified) => {
    const large = messages(20, 1_000_000).map((each, i) => ({
      ...each,
      ...(identified && { properties: { message_id: `${i}` } }),
    }))
    const stop = new AbortController()
    const pipeline = new Pipeline({ rules: takingLarge, onAcknowledged: () => stop.abort() })
    try {
      expect(await pipeline.import(large, 200, stop.signal)).toEqual({ acknowledged: 8 })
      expect(await outcomesIn(pipeline)).toHaveLength(8)
      const left = large.slice(8).map((each) => ({ ...each, redelivered: true }))
      expect(await pipeline.import(left, 200)).toEqual({ acknowledged: 12 })
      expect(await outcomesIn(pipeline)).toEqual(large.map(sha256Of))
    } finally {
      pipeline.close()
    }
  },
)

test('a message larger than a batch is a batch by itself', async () => {
  const { batches } = await run(messages(3, 9_000_000))
  expect(batches).toEqual([1, 1, 1])
})

test('slow messages fill a batch after half a second, with a turn at least every hundred milliseconds', async () => {
  let [now, last, longest] = [0, 0, 0]
  const clock = {
    elapsed: () => now,
    turn: async () => {
      longest = Math.max(longest, now - last)
      last = now
    },
  }
  const rules = {
    ...buildRules(),
    // Called once while a message is read: reading it takes 30 ms.
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
