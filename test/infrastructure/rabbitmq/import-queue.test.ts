import type { Options } from 'amqplib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import type { ImportSession, ImportSource } from '../../../application/ports/import-source.ts'
import { connectRabbitMq, type RabbitMqConnection } from '../../../infrastructure/rabbitmq/connection.ts'
import {
  importQueueDeclaration,
  ownershipOf,
  UnsuitableQueue,
} from '../../../infrastructure/rabbitmq/import-queue.ts'
import { LockNameTaken, lockOf } from '../../../infrastructure/rabbitmq/queue-lock.ts'
import { type RabbitMqSourceOptions, rabbitMqSource } from '../../../infrastructure/rabbitmq/source.ts'
import { systemChance } from '../../../infrastructure/system/system-chance.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { createTroubles } from '../../../service/troubles.ts'
import { bodyOf } from '../../support/builders/body-of.ts'
import { type BrokerBench, brokerBench } from '../../support/rabbitmq/broker-bench.ts'
import type { PrivateBroker } from '../../support/rabbitmq/server/private-broker.ts'
import { startPrivateBroker } from '../../support/rabbitmq/server/start-private-broker.ts'

const url = inject('rabbitmqUrl') ?? ''
const single = { 'x-single-active-consumer': true }
const quorum = { 'x-queue-type': 'quorum' }
const limit = { 'x-delivery-limit': 2_147_483_647 }

const owned: ReadonlyArray<[string, Options.AssertQueue]> = [
  ['a classic one that does not say so', { durable: true }],
  [
    'a classic one with arguments that no quorum queue has',
    { durable: false, maxPriority: 3, arguments: { 'x-queue-mode': 'lazy' } },
  ],
  [
    'a classic one with arguments of every type',
    {
      durable: true,
      autoDelete: false,
      maxLength: 70_000,
      messageTtl: 3_600_000,
      deadLetterExchange: "it's",
    },
  ],
  ['a classic one with single active consumer', { durable: true, maxLength: 9, arguments: single }],
  ['a quorum one as the service makes it', importQueueDeclaration('quorum')],
  [
    'a quorum one with more arguments',
    {
      durable: true,
      maxLength: 900,
      arguments: { ...quorum, ...single, ...limit, 'x-overflow': 'reject-publish' },
    },
  ],
]
const refused: ReadonlyArray<[string, Options.AssertQueue, RegExp]> = [
  ['one that deletes itself', { durable: true, autoDelete: true }, /deletes itself/],
  ['a stream', { durable: true, arguments: { 'x-queue-type': 'stream' } }, /is of type stream/],
  [
    'a quorum queue without single active consumer',
    { durable: true, arguments: quorum },
    /without x-single-active/,
  ],
  [
    'a quorum queue that drops what was given back too often',
    { durable: true, arguments: { ...quorum, ...single, 'x-delivery-limit': 5 } },
    /delivery limit/,
  ],
]

const sourceOf = (bench: BrokerBench, options: Partial<RabbitMqSourceOptions> = {}): ImportSource =>
  rabbitMqSource({
    connection: options.connection ?? bench.connection('source'),
    queue: bench.importQueue,
    queueType: 'classic',
    prefetch: 10,
    maxMessageBytes: 1000,
    clock: systemClock,
    logger: bench.logger,
    ...options,
  })
const { signal } = new AbortController()
const opened = async (source: ImportSource): Promise<ImportSession> => {
  const session = await source.open(signal)
  if (session === undefined) throw new Error('the source gave no session')
  return session
}
const takes = async (session: ImportSession) => {
  const taken = await session.take(1, signal)
  session.acknowledge(taken ?? [])
  return taken?.map((each) => bodyOf(each).toString())
}

describe.skipIf(url === '')('an existing import queue', () => {
  let bench: BrokerBench
  beforeEach(async () => {
    bench = await brokerBench(url)
  })
  afterEach(() => bench.dispose())

  test.each(owned)('is consumed: %s', async (_, declaration) => {
    await bench.channel.assertQueue(bench.importQueue, declaration)
    bench.channel.sendToQueue(bench.importQueue, Buffer.from('{}'))
    const session = await opened(sourceOf(bench))
    expect(await takes(session)).toEqual(['{}'])
    expect(await session.confirmOwnership()).toBe(true)
    await session.close()
    // The queue is unchanged.
    await bench.channel.assertQueue(bench.importQueue, declaration)
  })

  test.each(refused)('is refused with advice on how to declare another: %s', async (_, declaration, why) => {
    await bench.channel.assertQueue(bench.importQueue, declaration)
    const opening = sourceOf(bench).open(signal)
    await expect(opening).rejects.toThrow(UnsuitableQueue)
    await expect(opening).rejects.toThrow(why)
    await expect(opening).rejects.toThrow(
      /IMPORT_QUEUE_TYPE.*x-single-active-consumer true and x-delivery-limit/,
    )
  })

  test('is identified by its behaviour if the broker has no room to describe it', async () => {
    const names = ['c'.padEnd(255, 'x'), 'q'.padEnd(200, 'x')]
    const [classic = '', other = ''] = names
    await bench.channel.assertQueue(classic, { durable: true })
    await bench.channel.assertQueue(other, { durable: true, maxLength: 9, arguments: quorum })
    bench.channel.sendToQueue(classic, Buffer.from('{}'))
    const session = await opened(sourceOf(bench, { queue: classic }))
    expect(await takes(session)).toEqual(['{}'])
    await session.close()
    await expect(sourceOf(bench, { queue: other }).open(signal)).rejects.toThrow('allows several consumers')
    for (const name of names) await bench.channel.deleteQueue(name)
  })

  test.each(['classic', 'quorum'] as const)('is declared if it is missing: %s', async (queueType) => {
    const session = await opened(sourceOf(bench, { queueType }))
    // The broker refuses a declaration whose arguments differ from those of the queue.
    await bench.channel.assertQueue(bench.importQueue, importQueueDeclaration(queueType))
    await session.close()
  })

  describe('with single active consumer', () => {
    beforeEach(async () => {
      await bench.channel.assertQueue(bench.importQueue, importQueueDeclaration('quorum'))
    })

    test('waits for a consumer that does not know the lock', async () => {
      const { consumerTag } = await bench.channel.consume(bench.importQueue, () => {})
      const opening = opened(sourceOf(bench))
      await expect.poll(() => bench.lines.join(), { timeout: 5000 }).toContain('standing by')
      await bench.channel.cancel(consumerTag)
      bench.channel.sendToQueue(bench.importQueue, Buffer.from('{}'))
      const session = await opening
      expect(await takes(session)).toEqual(['{}'])
      await session.close()
    })

    test('is given up when the lock is lost', async () => {
      const connection = bench.connection('source')
      const session = await opened(sourceOf(bench, { connection }))
      const waiting = session.take(1, signal)
      const model = await connection.opened(signal)
      await (await model?.createChannel())?.deleteQueue(lockOf(bench.importQueue))
      expect(await waiting).toBeUndefined()
      expect(await session.confirmOwnership()).toBe(false)
    })

    test.each([249, 250, 255])('is consumed only by its owner with a name of %i bytes', async (bytes) => {
      const queue = bench.importQueue.padEnd(bytes, 'q')
      const session = await opened(sourceOf(bench, { queue, queueType: 'quorum' }))
      const standBy = opened(sourceOf(bench, { queue, connection: bench.connection('stand-by') }))
      await expect.poll(() => bench.lines.join(), { timeout: 5000 }).toContain('standing by')
      expect(await session.confirmOwnership()).toBe(true)
      await session.close()
      await (await standBy).close()
      await bench.channel.deleteQueue(queue)
    })

    test('is refused, not waited for, if another queue has the name of its lock', async () => {
      const lock = lockOf(bench.importQueue)
      await bench.channel.assertQueue(lock, { durable: true })
      const opening = sourceOf(bench).open(signal)
      await expect(opening).rejects.toThrow(LockNameTaken)
      await expect(opening).rejects.toThrow(`needs the queue name ${lock} as a lock`)
      await bench.channel.deleteQueue(lock)
      await (await opened(sourceOf(bench))).close()
    })

    test('loses nothing, however often an owner returns a message', async () => {
      bench.channel.sendToQueue(bench.importQueue, Buffer.from('{}'))
      const source = sourceOf(bench)
      for (let times = 0; times < 30; times++) {
        const session = await opened(source)
        expect(await session.take(1, signal)).toHaveLength(1)
        await session.close()
      }
    })

    test('leaves no lock behind', async () => {
      const session = await opened(sourceOf(bench))
      const lock = lockOf(bench.importQueue)
      await session.close()
      await expect(bench.channel.checkQueue(lock)).rejects.toThrow('NOT_FOUND')
    })
  })
})

describe('the requirements on a queue, by version of the broker', () => {
  const declared = (args: object) => ({ durable: true, arguments: { ...quorum, ...single, ...args } })
  const suits = (args: object, version: string) => {
    try {
      return ownershipOf('q', declared(args), version) === 'single-active-consumer'
    } catch (error) {
      expect(error).toBeInstanceOf(UnsuitableQueue)
      return false
    }
  }
  test.each([
    [{}, true, false],
    [{ 'x-delivery-limit': -1 }, false, true],
    [{ 'x-delivery-limit': 20 }, false, false],
    [limit, true, true],
  ])('a delivery limit of %j: on RabbitMQ 3 %j, on 4 %j', (args, onThree, onFour) => {
    expect([suits(args, '3.13.7'), suits(args, '4.1.0')]).toEqual([onThree, onFour])
  })
})

describe.skipIf(!inject('rabbitmqPrivate'))('a user who may not declare the import queue', () => {
  let broker: PrivateBroker
  let bench: BrokerBench
  beforeAll(async () => {
    broker = await startPrivateBroker()
    await broker.control('add_user', 'reader', 'reader')
    await broker.control('set_permissions', 'reader', '', '.*', '.*')
    bench = await brokerBench(broker.url)
  }, 120_000)
  const connections: Array<RabbitMqConnection> = []
  afterAll(async () => {
    await Promise.all(connections.map((connection) => connection.close()))
    await bench?.dispose()
    await broker?.dispose()
  })

  test('consumes a classic queue alone, and is refused one that allows other consumers', {
    timeout: 60_000,
  }, async () => {
    const [classic, other] = ['classic', 'quorum']
    await bench.channel.assertQueue(classic, { durable: true })
    await bench.channel.assertQueue(other, importQueueDeclaration('quorum'))
    const reader = broker.url.replace('guest:guest', 'reader:reader')
    const source = (queue: string) => {
      const shared = {
        name: 'reader',
        clock: systemClock,
        chance: systemChance,
        logger: bench.logger,
        troubles: createTroubles(systemClock, bench.logger),
      }
      const connection = connectRabbitMq({ url: reader, ...shared })
      connections.push(connection)
      return sourceOf(bench, { connection, queue })
    }
    const session = await opened(source(classic))
    const standBy = opened(source(classic))
    await expect.poll(() => bench.lines.join(), { timeout: 5000 }).toContain('standing by')
    await session.close()
    await (await standBy).close()
    await expect(source(other).open(signal)).rejects.toThrow(UnsuitableQueue)
  })
})
