import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { waitingIn } from '../../support/rabbitmq/queues.ts'
import { recordedCount } from '../../support/real-processes/recorded-events.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { countingMessages, expectEachAnswered, expectEachCountedOnce } from '../counting-messages.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const total = 12_000

describe.skipIf(rabbitmqUrl === undefined)('serve: SIGTERM under load', () => {
  let bench: ServiceBench
  beforeAll(() => {
    bench = serviceBench(rabbitmqUrl ?? '')
  })
  afterAll(() => bench?.dispose())

  test('finishes what it took, and leaves the rest in the queue', { timeout: 112_000 }, async () => {
    const collector = await bench.collect()
    await bench.publish(countingMessages(0, total, false))
    const first = bench.start()
    await first.ready()
    await bench.recorded(total / 10)
    // A service that does not end fails the test by its time limit.
    expect(await first.stop()).toBe(0)
    const recorded = await recordedCount(bench.dataFolder)
    expect(recorded).toBeLessThan(total)
    expect(await waitingIn(bench.url, bench.importQueue)).toBe(total - recorded)
    await collector.answered(recorded)

    const second = bench.start()
    await collector.answered(total)
    expect(await second.stop()).toBe(0)
    await collector.close()
    // Nothing had to be repeated.
    expect(collector.replies).toHaveLength(total)
    await expectEachCountedOnce(bench, total)
    expectEachAnswered(collector.replies, total)
    await bench.run('verify')
  })
})
