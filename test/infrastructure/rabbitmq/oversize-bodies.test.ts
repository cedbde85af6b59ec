import { hash } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { keptOfOversize } from '../../../application/ports/import-source.ts'
import { prefetchOf } from '../../../infrastructure/rabbitmq/prefetch.ts'
import { rabbitMqSource } from '../../../infrastructure/rabbitmq/source.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { type BrokerBench, brokerBench } from '../../support/rabbitmq/broker-bench.ts'

const url = inject('rabbitmqUrl') ?? ''
const { signal } = new AbortController()

describe.skipIf(url === '')('rabbitMqSource: bodies over the limit', () => {
  let bench: BrokerBench
  beforeEach(async () => {
    bench = await brokerBench(url)
  })
  afterEach(() => bench.dispose())

  const sourceWith = (maxMessageBytes: number) =>
    rabbitMqSource({
      connection: bench.connection('source'),
      ...{ queue: bench.importQueue, queueType: 'classic', prefetch: 3, maxMessageBytes },
      clock: systemClock,
      logger: bench.logger,
    })

  /** Bytes that differ from position to position. */
  const bodyOfLength = (length: number) =>
    Buffer.from(Array.from({ length }, (_, n) => (n * 31 + (n >> 8)) % 251))
  const whole = (body: Buffer) => body
  const dropped = (body: Buffer) => ({
    bytes: body.length,
    sha256: hash('sha256', body, 'hex'),
    beginning: body.subarray(0, keptOfOversize),
  })

  // A frame holds 128 KiB.
  test.each([
    [1, [1, 2, 0, 1, 20_000]],
    [1000, [1000, 1001, 999, 16_384, 16_385, 1000]],
    [131_072, [131_072, 131_073, 300_000, 0, 131_064, 262_128, 5]],
  ])(
    'with a limit of %i bytes, only they are dropped from %j, except for their beginning',
    async (limit, lengths) => {
      const bodies = lengths.map(bodyOfLength)
      await bench.put(bench.importQueue, bodies, { messageId: 'm' })
      const session = await sourceWith(limit).open(signal)
      const taken = []
      while (taken.length < bodies.length) {
        const batch = (await session?.take(3, signal)) ?? []
        taken.push(...batch)
        session?.acknowledge(batch)
      }
      expect(taken.map(({ body }) => (body instanceof Uint8Array ? Buffer.from(body) : body))).toEqual(
        bodies.map((body) => (body.length > limit ? dropped(body) : whole(body))),
      )
      expect(taken.every(({ properties }) => properties.message_id === 'm')).toBe(true)
      expect(await session?.confirmOwnership()).toBe(true)
      await session?.close()
    },
  )

  test('do not keep anything else in memory with a small body, such as large headers', async () => {
    const headers = { much: Buffer.alloc(60_000, 'x') }
    await bench.put(bench.importQueue, ['{}', '{"n":1}', '[]'], { headers })
    const session = await sourceWith(1000).open(signal)
    const taken = []
    while (taken.length < 3) taken.push(...((await session?.take(3, signal)) ?? []))
    for (const { body } of taken) {
      expect(body instanceof Uint8Array && body.buffer.byteLength).toBeLessThanOrEqual(Buffer.poolSize)
    }
    await session?.close()
  })
})

describe('the prefetch', () => {
  test('is the wanted number unless that many messages of the maximum size would take too much memory', () => {
    expect(prefetchOf(800, 131_072)).toBe(800)
    expect(prefetchOf(800, 1_048_576)).toBe(100)
    expect(prefetchOf(4, 1_048_576)).toBe(4)
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40_000 }),
        fc.integer({ min: 1, max: 1_048_576 }),
        (wanted, bytes) => {
          const prefetch = prefetchOf(wanted, bytes)
          expect(prefetch).toBeGreaterThanOrEqual(1)
          expect(prefetch).toBeLessThanOrEqual(wanted)
          // The beginning of a larger one is kept.
          expect(prefetch * Math.max(bytes, keptOfOversize)).toBeLessThanOrEqual(100 * 1024 * 1024)
        },
      ),
    )
  })
})
