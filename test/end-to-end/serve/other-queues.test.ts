import { afterEach, describe, expect, inject, test } from 'vitest'
import { waitingIn } from '../../support/rabbitmq/queues.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { countingMessages, expectEachAnswered, expectEachCountedOnce } from '../counting-messages.ts'

const rabbitmqUrl = inject('rabbitmqUrl')

const otherDeclarations = {
  imports: { durable: true, maxLength: 100_000, maxPriority: 3 },
  results: { durable: true, messageTtl: 3_600_000, maxLength: 100_000 },
}

describe.skipIf(rabbitmqUrl === undefined)('serve: queues', () => {
  let bench: ServiceBench
  afterEach(() => bench?.dispose())

  test('are both declared once the service is ready, before the first message', async () => {
    bench = serviceBench(rabbitmqUrl ?? '')
    const service = bench.start()
    await service.ready()
    expect(await waitingIn(bench.url, bench.importQueue)).toBe(0)
    expect(await waitingIn(bench.url, bench.resultQueue)).toBe(0)
    expect(await service.stop()).toBe(0)
  })

  test('may exist with other arguments', async () => {
    bench = serviceBench(rabbitmqUrl ?? '', { declarations: otherDeclarations })
    const collector = await bench.collect()
    await bench.publish(countingMessages(0, 500, true))
    const service = bench.start()
    await service.ready()
    await bench.publish(countingMessages(500, 1000, true))
    await collector.answered(1000)
    expect(await service.stop()).toBe(0)
    await collector.close()
    await expectEachCountedOnce(bench, 1000)
    expectEachAnswered(collector.replies, 1000)
    expect(service.lines.filter((line) => line.includes('with other arguments'))).toHaveLength(2)
  })

  test('drop a reply that nobody fetches within RABBITMQ_X_MESSAGE_TTL seconds', async () => {
    bench = serviceBench(rabbitmqUrl ?? '')
    const service = bench.start({ settings: { RABBITMQ_X_MESSAGE_TTL: '1' } })
    await bench.publish(countingMessages(0, 1, true))
    const replied = async () =>
      (await service.get('/metrics')).text.includes('imports_total{verdict="created"} 1')
    await expect.poll(replied, { timeout: 30_000 }).toBe(true)
    await expect.poll(() => waitingIn(bench.url, bench.resultQueue), { timeout: 30_000 }).toBe(0)
    expect(await service.stop()).toBe(0)
  })
})
