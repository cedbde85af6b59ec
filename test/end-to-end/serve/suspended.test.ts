import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { importQueueTypes } from '../../../infrastructure/rabbitmq/import-queue.ts'
import { waitingIn } from '../../support/rabbitmq/queues.ts'
import { recordedCount } from '../../support/real-processes/recorded-events.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { until } from '../../support/until.ts'
import { countingMessages, expectEachAnswered, expectEachCountedOnce } from '../counting-messages.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const total = 4000

const serve = describe.skipIf(rabbitmqUrl === undefined)
serve.each(importQueueTypes)('serve: suspended until the broker gives it up, with a %s queue', (type) => {
  let bench: ServiceBench
  beforeAll(() => {
    bench = serviceBench(rabbitmqUrl ?? '', { queueType: type })
  })
  afterAll(() => bench?.dispose())

  test('reconnects when it wakes up, and loses and doubles nothing', { timeout: 120_000 }, async () => {
    const url = new URL(bench.url)
    url.searchParams.set('heartbeat', '1')
    const service = bench.start({ settings: { RABBITMQ_URL: url.href, BATCH_SIZE: '50' } })
    await service.ready()
    const collector = await bench.collect()
    await bench.publish(countingMessages(0, total, false))
    await bench.recorded(total / 4)
    service.signal('SIGSTOP')
    await sleep(200)
    const before = await recordedCount(bench.dataFolder)
    // What it holds is back in the queue once the broker has dropped it.
    await until(async () => (await waitingIn(bench.url, bench.importQueue)) >= total - before)
    service.signal('SIGCONT')
    await collector.answered(total)
    expect(await service.stop()).toBe(0)
    await collector.close()

    expect(before).toBeLessThan(total)
    expect(service.lines.filter((line) => line.includes('lost the connection')).length).toBeGreaterThan(0)
    await expectEachCountedOnce(bench, total)
    expectEachAnswered(collector.replies, total)
    await bench.run('verify')
  })
})
