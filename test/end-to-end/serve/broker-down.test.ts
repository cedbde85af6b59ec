import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Certificates, makeCertificates } from '../../support/certificates.ts'
import {
  countingMessages,
  expectEachAnswered,
  expectEachCountedOnce,
} from '../../support/counting-messages.ts'
import type { CollectedReply } from '../../support/queues.ts'
import type { PrivateBroker } from '../../support/rabbitmq/private-broker.ts'
import { startPrivateBroker } from '../../support/rabbitmq/start-private-broker.ts'
import { recordedCount } from '../../support/recorded-events.ts'
import { type ServiceBench, serviceBench } from '../../support/service-bench.ts'
import { until } from '../../support/until.ts'

const total = 6000

describe.skipIf(!inject('rabbitmqPrivate'))('serve: a broker of its own, over TLS', () => {
  let certificates: Certificates
  let broker: PrivateBroker
  let bench: ServiceBench
  beforeAll(async () => {
    certificates = await makeCertificates()
    broker = await startPrivateBroker({ tls: certificates })
    bench = serviceBench(broker.url)
  })
  afterAll(async () => {
    await bench?.dispose()
    await broker?.dispose()
    await certificates?.dispose()
  })
  const overTls = () => ({ RABBITMQ_URL: broker.tlsUrl ?? '', RABBITMQ_CA_FILE: certificates.caFile })

  it('that is killed twice in mid-stream makes it lose and double nothing', {
    timeout: 180_000,
  }, async () => {
    const service = bench.start({ settings: { ...overTls(), BATCH_SIZE: '20' } })
    await service.ready()
    const replies: CollectedReply[] = []
    const first = await bench.collect()
    await bench.publish(countingMessages(0, 1, true))
    await first.answered(1)
    await first.close()
    replies.push(...first.replies)
    await broker.syncDeclarations()
    await bench.publish(countingMessages(1, total, true))

    for (const part of [0.25, 0.5]) {
      await bench.recorded(total * part)
      await sleep(100 * Math.random())
      await broker.kill()
      expect(await recordedCount(bench.dataFolder)).toBeLessThan(total)
      await until(async () => (await service.get('/health/ready')).status === 503)
      const { text } = await service.get('/health/ready')
      expect(text).toContain('RabbitMQ (imports): connecting')
      expect(text).toContain('RabbitMQ (replies): connecting')
      expect(await service.get('/health/live')).toMatchObject({ status: 200 })
      await broker.start()
      await service.ready()
    }
    const last = await bench.collect()
    await last.answered(total - 1)
    expect(await service.stop()).toBe(0)
    await last.close()
    replies.push(...last.replies)

    await expectEachCountedOnce(bench.dataFolder, total)
    expectEachAnswered(replies, total)
    await bench.run('verify')
  })

  it('that it does not trust makes it stay unready, and say why', async () => {
    const service = bench.start({ settings: { RABBITMQ_URL: broker.tlsUrl ?? '' } })
    await service.says('cannot connect to RabbitMQ')
    expect(service.lines.join('\n')).toMatch(/SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_/)
    expect(await service.get('/health/ready')).toMatchObject({ status: 503 })
    expect(await service.stop()).toBe(0)
  })

  it('that is away when it starts is waited for, and when it stops is not', async () => {
    await broker.kill()
    const service = bench.start({ settings: overTls() })
    await service.says('cannot connect to RabbitMQ')
    await broker.start()
    await service.ready()
    await bench.publish(countingMessages(total, total + 1, true))
    await bench.recorded(total + 1)
    await broker.kill()
    await service.says('lost the connection')
    expect(await service.stop()).toBe(0)
    await broker.start()
  })
})
