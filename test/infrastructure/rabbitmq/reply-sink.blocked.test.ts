import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createRabbitMqReplySink } from '../../../infrastructure/rabbitmq/reply-sink.ts'
import { rabbitMqSource } from '../../../infrastructure/rabbitmq/source.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { replyNumber } from '../../contract/reply-sink.ts'
import { brokerBench } from '../../support/rabbitmq/broker-bench.ts'
import type { PrivateBroker } from '../../support/rabbitmq/server/private-broker.ts'
import { startPrivateBroker } from '../../support/rabbitmq/server/start-private-broker.ts'

describe.skipIf(!inject('rabbitmqPrivate'))('a broker that is low on memory', () => {
  let broker: PrivateBroker
  beforeAll(async () => {
    broker = await startPrivateBroker()
  }, 120_000)
  afterAll(() => broker?.dispose())

  test('delays the replies, but not the acknowledgements', async () => {
    const bench = await brokerBench(broker.url)
    const { signal } = new AbortController()
    const [forSource, forSink] = [bench.connection('source'), bench.connection('sink')]
    const shared = { clock: systemClock, logger: bench.logger }
    const source = rabbitMqSource({
      connection: forSource,
      queue: bench.importQueue,
      queueType: 'classic',
      prefetch: 10,
      maxMessageBytes: 1000,
      ...shared,
    })
    const sink = createRabbitMqReplySink({ connection: forSink, queue: bench.resultQueue, ...shared })
    await bench.put(
      bench.importQueue,
      Array.from({ length: 30 }, (_, i) => String(i)),
    )
    const session = await source.open(signal)
    await broker.control('set_vm_memory_high_watermark', 'absolute', '1MB')

    let replied = false
    const replying = sink
      .publish([replyNumber(1, { kind: 'queue', queue: bench.importQueue })], signal)
      .then(() => {
        replied = true
      })
    await expect.poll(() => forSink.state(), { timeout: 10_000 }).toBe('blocked')
    // Three times the prefetch: without acknowledgements there would be no second ten.
    let taken = 0
    while (taken < 30) {
      const batch = (await session?.take(10, signal)) ?? []
      taken += batch.length
      session?.acknowledge(batch)
    }
    expect(await session?.confirmOwnership()).toBe(true)
    expect(replied).toBe(false)

    await broker.control('set_vm_memory_high_watermark', '0.4')
    await replying
    expect(await bench.collect(bench.resultQueue, 1)).toHaveLength(1)
    expect(forSink.state()).toBe('open')
    await session?.close()
    await bench.dispose()
  })
})
