import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { recordedCount } from '../../support/real-processes/recorded-events.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { countingMessages, expectEachAnswered, expectEachCountedOnce } from '../counting-messages.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const total = 6000
const kills = 3

describe.skipIf(rabbitmqUrl === undefined)('serve: killed in mid-stream again and again', () => {
  let bench: ServiceBench
  beforeEach(() => {
    bench = serviceBench(rabbitmqUrl ?? '')
  })
  afterEach(() => bench?.dispose())

  test.each([
    ['with message_id', true],
    ['without message_id', false],
  ])('loses and doubles nothing: messages %s', { timeout: 120_000 }, async (_, identified) => {
    // Small batches, for more critical moments.
    const settings = { BATCH_SIZE: '20' }
    const collector = await bench.collect()
    await bench.publish(countingMessages(0, total, identified))
    let recorded = 0
    for (let i = 0; i < kills; i++) {
      const service = bench.start({ settings })
      await service.ready()
      await bench.recorded(recorded + 200)
      await sleep(100 * Math.random())
      await service.kill()
      recorded = await recordedCount(bench.dataFolder)
    }
    expect(recorded).toBeLessThan(total)
    const last = bench.start({ settings })
    await collector.answered(total)
    expect(await last.stop()).toBe(0)
    await collector.close()

    await expectEachCountedOnce(bench, total)
    expectEachAnswered(collector.replies, total)
    await bench.run('verify')
  })
})
