import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { holdWriteLock } from '../../programs/load/lock-holder.ts'
import { waitingIn } from '../../support/rabbitmq/queues.ts'
import { recordedEvents } from '../../support/real-processes/recorded-events.ts'
import type { Service } from '../../support/real-processes/service.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { until } from '../../support/until.ts'
import { countingMessages } from '../counting-messages.ts'

const rabbitmqUrl = inject('rabbitmqUrl')
const megabyte = 1024 * 1024
const oversize = 40
const small = 20

describe.skipIf(rabbitmqUrl === undefined)('serve: messages over MAX_MESSAGE_BYTES', () => {
  let bench: ServiceBench
  beforeEach(() => {
    bench = serviceBench(rabbitmqUrl ?? '')
  })
  afterEach(() => bench?.dispose())

  const memoryOf = async (service: Service): Promise<number> => {
    const { text } = await service.get('/metrics')
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1])
  }

  test('are never held in memory, however many arrive while nothing can be written', {
    timeout: 180_000,
  }, async () => {
    const collector = await bench.collect()
    const service = bench.start()
    await service.ready()
    const release = await holdWriteLock(join(bench.dataFolder, 'events.sqlite'), { held: 600_000, free: 0 })
    const body = Buffer.alloc(16 * megabyte, 'x')
    for (let n = 0; n < oversize; n++) {
      body.writeUInt32BE(n)
      await bench.publish([{ body, options: { correlationId: `oversize-${n}` } }])
    }
    await bench.publish(countingMessages(0, small, true))
    // The service has received all of them.
    await until(async () => (await waitingIn(bench.url, bench.importQueue)) === 0)
    const { text: metrics } = await service.get('/metrics')
    expect(metrics).toContain('profile_importer_messages_taken_total 0\n')
    expect(await memoryOf(service)).toBeLessThan(400 * megabyte)

    await release()
    await collector.answered(oversize + small)
    expect(await memoryOf(service)).toBeLessThan(400 * megabyte)
    expect(await service.stop()).toBe(0)
    await collector.close()
    const errors = collector.replies.map((reply) => Object(reply.body).error)
    expect(errors.sort()).toEqual([...Array(small).fill(0), ...Array(oversize).fill(413)])
    const [first] = await recordedEvents(bench)
    expect(first?.event).toMatchObject({ personal: { bytes: 16 * megabyte }, message: { truncated: true } })
  })
})
