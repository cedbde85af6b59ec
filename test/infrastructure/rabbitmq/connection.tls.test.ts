import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { connectRabbitMq } from '../../../infrastructure/rabbitmq/connection.ts'
import { systemChance } from '../../../infrastructure/system/system-chance.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { createTroubles } from '../../../service/troubles.ts'
import type { PrivateBroker } from '../../support/rabbitmq/server/private-broker.ts'
import { startPrivateBroker } from '../../support/rabbitmq/server/start-private-broker.ts'
import { recordedLogger } from '../../support/recorded-logger.ts'
import type { Certificates } from '../../support/servers/certificates.ts'
import { makeCertificates } from '../../support/servers/certificates.ts'

describe.skipIf(!inject('rabbitmqPrivate'))('connectRabbitMq over TLS', () => {
  let certificates: Certificates
  let broker: PrivateBroker
  beforeAll(async () => {
    certificates = await makeCertificates()
    broker = await startPrivateBroker({ tls: certificates })
  }, 120_000)
  afterAll(async () => {
    await broker?.dispose()
    await certificates?.dispose()
  })

  const connectWith = (caFile: { readonly caFile?: string }) => {
    const { logger, lines } = recordedLogger()
    const url = broker.tlsUrl ?? ''
    const connection = connectRabbitMq({
      url,
      name: 'tls',
      clock: systemClock,
      chance: systemChance,
      logger,
      troubles: createTroubles(systemClock, logger),
      ...caFile,
    })
    return { connection, lines, failed: () => lines.some((line) => line.includes('broker unavailable')) }
  }

  test('connects if the authority is known', async () => {
    const { connection } = connectWith({ caFile: certificates.caFile })
    expect(await connection.opened(new AbortController().signal)).toBeDefined()
    await connection.close()
  })

  test('does not connect if the authority is unknown, and says why', async () => {
    const { connection, lines, failed } = connectWith({})
    await expect.poll(failed, { timeout: 10_000 }).toBe(true)
    expect(lines.join()).toMatch(/SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_/)
    expect(connection.state()).toBe('connecting')
    await connection.close()
  })

  test('names an unreadable file of authorities', async () => {
    const caFile = `${certificates.caFile}.missing`
    const { connection, lines, failed } = connectWith({ caFile })
    await expect.poll(failed, { timeout: 10_000 }).toBe(true)
    expect(lines.join()).toContain(caFile)
    await connection.close()
  })
})
