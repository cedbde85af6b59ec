import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { importQueueTypes } from '../../../infrastructure/rabbitmq/import-queue.ts'
import { waitingIn } from '../../support/rabbitmq/queues.ts'
import { recordedCount } from '../../support/real-processes/recorded-events.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { countingMessages, expectEachAnswered, expectEachCountedOnce } from '../counting-messages.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const total = 6000

describe.skipIf(rabbitmqUrl === undefined).each(importQueueTypes)(
  'serve: a stand-by at a %s queue',
  (type) => {
    let bench: ServiceBench
    beforeEach(() => {
      bench = serviceBench(rabbitmqUrl ?? '', { queueType: type })
    })
    afterEach(() => bench?.dispose())

    test('on the same data folder takes over when the first is killed', { timeout: 120_000 }, async () => {
      const collector = await bench.collect()
      const services = [bench.start(), bench.start()]
      const first = await Promise.any(services.map(async (service) => service.ready().then(() => service)))
      const [second] = services.filter((service) => service !== first)
      await second?.says('standing by')
      expect(await second?.get('/health/ready')).toMatchObject({ status: 503 })
      expect((await second?.get('/health/live'))?.status).toBe(200)

      const publishing = bench.publish(countingMessages(0, total, false))
      await bench.recorded(total / 4)
      await first.kill()
      await publishing
      await collector.answered(total)
      expect((await second?.get('/health/ready'))?.status).toBe(200)
      expect(await second?.stop()).toBe(0)
      await collector.close()

      await expectEachCountedOnce(bench, total)
      expectEachAnswered(collector.replies, total)
      await bench.run('verify')
    })

    test('on another data folder waits until the queue is free', async () => {
      const collector = await bench.collect()
      const first = bench.start()
      await first.says('consuming the import queue')
      const dataFolder = join(bench.folder, 'other')
      const second = bench.start({ dataFolder })
      await second.says('another consumer owns the import queue: standing by')
      await bench.publish(countingMessages(0, 1000, true))
      await collector.answered(1000)
      expect(await recordedCount(dataFolder)).toBe(0)

      expect(await first.stop()).toBe(0)
      await second.says('consuming the import queue')
      await bench.publish(countingMessages(1000, 1500, true))
      await collector.answered(1500)
      expect(await second.stop()).toBe(0)
      await collector.close()
      expect(await recordedCount(bench.dataFolder)).toBe(1000)
      expect(await recordedCount(dataFolder)).toBe(500)
      expect(await waitingIn(bench.url, bench.importQueue)).toBe(0)
      expectEachAnswered(collector.replies, 1500)
    })
  },
)
