import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import type { PrivateBroker } from '../../support/rabbitmq/server/private-broker.ts'
import { startPrivateBroker } from '../../support/rabbitmq/server/start-private-broker.ts'
import { recordedCount } from '../../support/real-processes/recorded-events.ts'
import { type ServiceBench, serviceBench } from '../../support/real-processes/service-bench.ts'
import { type Certificates, makeCertificates } from '../../support/servers/certificates.ts'
import { until } from '../../support/until.ts'
import { countingMessages, expectEachAnswered, expectEachCountedOnce } from '../counting-messages.ts'

const total = 6000

describe.skipIf(!inject('rabbitmqPrivate'))('serve: a private broker, over TLS', () => {
  let certificates: Certificates
  let broker: PrivateBroker
  let bench: ServiceBench
  beforeAll(async () => {
    certificates = await makeCertificates()
    broker = await startPrivateBroker({ tls: certificates })
  })
  afterAll(async () => {
    await broker?.dispose()
    await certificates?.dispose()
  })
  beforeEach(() => {
    bench = serviceBench(broker.url)
  })
  afterEach(() => bench?.dispose())
  const overTls = () => ({ RABBITMQ_URL: broker.tlsUrl ?? '', RABBITMQ_CA_FILE: certificates.caFile })

  // A killed broker forgets acknowledgements that were not on disk yet, possibly more of them than the prefetch: only a
  // message_id identifies these messages again.
  const downs: ReadonlyArray<[how: string, identified: boolean, goDown: () => Promise<void>]> = [
    ['killed, messages with message_id', true, () => broker.kill()],
    ['stopped in order, messages without message_id', false, () => broker.stop()],
  ]
  test.each(downs)(
    'goes down in mid-stream and comes back, nothing lost or doubled: %s',
    {
      timeout: 120_000,
    },
    async (_, identified, goDown) => {
      const service = bench.start({ settings: { ...overTls(), BATCH_SIZE: '20' } })
      await service.ready()
      const before = await bench.collect()
      await bench.publish(countingMessages(0, 1, identified))
      await before.answered(1)
      await before.close()
      await broker.syncDeclarations()
      await bench.publish(countingMessages(1, total, identified))

      await bench.recorded(total / 4)
      await sleep(100 * Math.random())
      await goDown()
      expect(await recordedCount(bench.dataFolder)).toBeLessThan(total)
      await until(async () => (await service.get('/health/ready')).status === 503)
      const { text } = await service.get('/health/ready')
      expect(text).toContain('RabbitMQ (imports): connecting')
      expect(text).toContain('RabbitMQ (replies): connecting')
      expect(await service.get('/health/live')).toMatchObject({ status: 200 })
      await broker.start()
      await service.ready()
      const after = await bench.collect()
      await after.answered(total - 1)
      expect(await service.stop()).toBe(0)
      await after.close()

      await expectEachCountedOnce(bench, total)
      expectEachAnswered([...before.replies, ...after.replies], total)
      await bench.run('verify')
    },
  )

  test('that is not trusted keeps the service from becoming ready, and it says why', async () => {
    const service = bench.start({ settings: { RABBITMQ_URL: broker.tlsUrl ?? '' } })
    await service.says('broker unavailable')
    expect(service.lines.join('\n')).toMatch(/SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_/)
    expect(await service.get('/health/ready')).toMatchObject({ status: 503 })
    expect(await service.stop()).toBe(0)
  })

  test('is waited for at startup, but not on shutdown', async () => {
    await broker.kill()
    const service = bench.start({ settings: overTls() })
    await service.says('broker unavailable')
    await broker.start()
    await service.ready()
    await bench.publish(countingMessages(0, 1, true))
    await bench.recorded(1)
    await broker.kill()
    await service.says('lost the connection')
    expect(await service.stop()).toBe(0)
    await broker.start()
  })
})
