import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { waitingIn } from '../../support/rabbitmq/queues.ts'
import type { PrivateBroker } from '../../support/rabbitmq/server/private-broker.ts'
import { startPrivateBroker } from '../../support/rabbitmq/server/start-private-broker.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { until } from '../../support/until.ts'
import { countingMessages, expectEachAnswered, expectEachCountedOnce } from '../counting-messages.ts'

const total = 3000

describe.skipIf(!inject('rabbitmqPrivate'))('serve: a broker that is low on memory', () => {
  let broker: PrivateBroker
  let bench: ServiceBench
  beforeAll(async () => {
    broker = await startPrivateBroker()
    bench = serviceBench(broker.url)
  }, 120_000)
  afterAll(async () => {
    await bench?.dispose()
    await broker?.dispose()
  })

  test('does not stop imports; the service reports it, and answers each import once in the end', {
    timeout: 120_000,
  }, async () => {
    const collector = await bench.collect()
    await bench.publish(countingMessages(0, total, true))
    await broker.control('set_vm_memory_high_watermark', 'absolute', '1MB')
    const service = bench.start()
    await service.says('consuming the import queue')
    await bench.recorded(total)
    await until(async () => {
      const { status, text } = await service.get('/health/ready')
      return status === 503 && text.includes('blocked')
    })
    expect((await service.get('/health/live')).status).toBe(200)
    await until(async () => (await waitingIn(bench.url, bench.importQueue)) === 0)
    expect(collector.replies).toEqual([])

    await broker.control('set_vm_memory_high_watermark', '0.4')
    await collector.answered(total)
    await service.ready()
    expect(await service.stop()).toBe(0)
    await collector.close()
    expect(collector.replies).toHaveLength(total)
    await expectEachCountedOnce(bench, total)
    expectEachAnswered(collector.replies, total)
  })
})
