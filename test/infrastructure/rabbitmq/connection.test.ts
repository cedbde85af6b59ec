import { afterEach, describe, expect, inject, test } from 'vitest'
import type { RabbitMqConnection } from '../../../infrastructure/rabbitmq/connection.ts'
import { connectRabbitMq } from '../../../infrastructure/rabbitmq/connection.ts'
import { rabbitMqSource } from '../../../infrastructure/rabbitmq/source.ts'
import { systemChance } from '../../../infrastructure/system/system-chance.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { createTroubles } from '../../../service/troubles.ts'
import { holdingBroker } from '../../support/rabbitmq/held-broker.ts'
import { recordedLogger } from '../../support/recorded-logger.ts'
import { freePort } from '../../support/servers/free-port.ts'

const url = inject('rabbitmqUrl') ?? ''
const connections: Array<RabbitMqConnection> = []

const connectTo = (address: string) => {
  const { logger, lines } = recordedLogger()
  let tries = 0
  /** Called before each wait. */
  const chance = () => {
    tries += 1
    return systemChance()
  }
  const connection = connectRabbitMq({
    url: address,
    name: 'test',
    clock: systemClock,
    chance,
    logger,
    troubles: createTroubles(systemClock, logger),
  })
  connections.push(connection)
  return { connection, lines, tries: () => tries }
}
const failures = (lines: ReadonlyArray<string>) => lines.filter((line) => line.includes('broker unavailable'))

describe('connectRabbitMq', () => {
  const { signal } = new AbortController()
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((connection) => connection.close()))
  })

  test('refuses an invalid RabbitMQ URL without repeating it', () => {
    for (const address of ['', 'localhost:5672', 'http://user:secret@host']) {
      expect(() => connectTo(address)).toThrow(/^the RabbitMQ URL must begin with amqp:\/\/ or amqps:\/\/$/)
    }
  })

  test.skipIf(url === '')('says that there is no such virtual host', async () => {
    const address = new URL(url)
    address.pathname = '/nowhere'
    const { lines } = connectTo(address.href)
    await expect.poll(() => failures(lines), { timeout: 10_000 }).toHaveLength(1)
    expect(lines.join()).toContain('the broker has no such virtual host, or the user may not use it')
  })

  test('keeps trying an unreachable broker, says so once, and stops when it is closed', async () => {
    const { connection, lines, tries } = connectTo(`amqp://user:secret@127.0.0.1:${await freePort()}`)
    const opening = connection.opened(signal)
    await expect.poll(tries, { timeout: 5000 }).toBeGreaterThan(2)
    expect(connection.state()).toBe('connecting')
    expect(failures(lines)).toHaveLength(1)
    expect(lines.join()).toContain('ECONNREFUSED')
    expect(lines.join()).not.toContain('secret')
    await connection.close()
    expect(await opening).toBeUndefined()
    expect(connection.state()).toBe('closed')
  })

  test('gives up waiting when the signal aborts', async () => {
    const { connection } = connectTo(`amqp://127.0.0.1:${await freePort()}`)
    const stop = new AbortController()
    const opening = connection.opened(stop.signal)
    stop.abort()
    expect(await opening).toBeUndefined()
  })

  test.skipIf(url === '')('says that credentials are wrong without showing them', async () => {
    const wrong = new URL(url)
    wrong.password = 'wrong-secret'
    const { lines } = connectTo(wrong.href)
    await expect.poll(() => failures(lines).length, { timeout: 10_000 }).toBeGreaterThan(0)
    expect(lines.join()).toContain('ACCESS_REFUSED')
    expect(lines.join()).not.toContain('wrong-secret')
  })

  test.skipIf(url === '')('is open once it is connected', async () => {
    const { connection } = connectTo(url)
    expect(await connection.opened(signal)).toBeDefined()
    expect(connection.state()).toBe('open')
  })

  describe.skipIf(url === '')('closed before it is open', () => {
    test('is closed as soon as the broker answers', async () => {
      const broker = await holdingBroker(url)
      const { connection, lines } = connectTo(broker.url)
      await broker.opensChannel
      const closing = connection.close()
      broker.release()
      await closing
      await broker.left
      expect(lines).toEqual([])
    })

    test('waits for a silent broker no longer than for any other', { timeout: 15_000 }, async () => {
      const broker = await holdingBroker(url)
      const { connection } = connectTo(broker.url)
      await broker.opensChannel
      await connection.close()
      await broker.left
    })
  })

  test.skipIf(url === '')(
    'ends when it is closed while the broker is silent',
    { timeout: 15_000 },
    async () => {
      // The first is the connection's own.
      const broker = await holdingBroker(url, 2)
      const { connection } = connectTo(broker.url)
      const { logger } = recordedLogger()
      const options = { queue: 'none', queueType: 'classic', prefetch: 1, maxMessageBytes: 1000 } as const
      const stop = new AbortController()
      const opening = rabbitMqSource({ connection, clock: systemClock, logger, ...options }).open(stop.signal)
      await broker.opensChannel
      stop.abort()
      expect(await opening).toBeUndefined()
      await connection.close()
      await broker.left
    },
  )
})
