import { type Channel, connect, type Options } from 'amqplib'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { type BrokerChecksOptions, brokerChecks } from '../../../infrastructure/rabbitmq/broker-checks.ts'
import { importQueueDeclaration } from '../../../infrastructure/rabbitmq/import-queue.ts'
import { lockDeclaration } from '../../../infrastructure/rabbitmq/queue-lock.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { checkLines } from '../../support/check-lines.ts'
import type { PrivateBroker } from '../../support/rabbitmq/server/private-broker.ts'
import { startPrivateBroker } from '../../support/rabbitmq/server/start-private-broker.ts'
import { freePort } from '../../support/servers/free-port.ts'
import { ownableQueues } from './ownable-queues.ts'

const quorum = importQueueDeclaration('quorum')
const replies = { durable: true, messageTtl: 60_000 }
const classic = importQueueDeclaration('classic')
const singleActive = ownableQueues['classic with single active consumer']

const of = (url: string, options: Partial<BrokerChecksOptions> = {}) =>
  checkLines(
    brokerChecks({
      url,
      caFile: undefined,
      queue: 'in',
      queueType: 'classic',
      resultQueue: 'out',
      messageTtlSeconds: 60,
      clock: systemClock,
      ...options,
    }),
  )

describe.skipIf(!inject('rabbitmqPrivate'))('the checks of a broker', () => {
  let broker: PrivateBroker
  beforeAll(async () => {
    broker = await startPrivateBroker()
    for (const [name, ...permissions] of users) {
      await broker.control('add_user', name, 'hush')
      await broker.control('set_permissions', name, ...permissions)
    }
  }, 120_000)
  afterAll(() => broker?.dispose())
  const onBroker = async (use: (channel: Channel) => Promise<void>) => {
    const model = await connect(broker.url)
    try {
      await use(await model.createChannel())
    } finally {
      await model.close()
    }
  }
  const given = (queues: Readonly<Record<string, Options.AssertQueue>>) =>
    onBroker(async (channel) => {
      for (const [name, declaration] of Object.entries(queues)) await channel.assertQueue(name, declaration)
    })
  afterEach(() =>
    onBroker(async (channel) => {
      for (const name of ['in', 'out', 'in.owner']) await channel.deleteQueue(name)
    }),
  )
  const queues = () => broker.control('list_queues', '-q', 'name', 'arguments', 'messages', 'consumers')
  const as = (user: string) => broker.url.replace('guest:guest', `${user}:hush`)

  test('need no queue to be there, and declare none', async () => {
    const before = await queues()
    expect(await of(as('importer'))).toEqual([
      expect.stringMatching(/^connection to RabbitMQ: ok \(version \d+\.\d+/),
      'RabbitMQ: queue in: ok (does not exist: `serve` declares it)',
      'RabbitMQ: right to read in: ok',
      'RabbitMQ: lock in.owner: ok (not needed for this import queue)',
      'RabbitMQ: queue out: ok (does not exist: `serve` declares it)',
      'RabbitMQ: right to publish: ok',
    ])
    expect((await of(as('importer'), { queueType: 'quorum' })).slice(1, 4)).toEqual([
      'RabbitMQ: queue in: ok (does not exist: `serve` declares it)',
      'RabbitMQ: right to read in: ok',
      'RabbitMQ: lock in.owner: ok',
    ])
    expect(await queues()).toBe(before)
  })

  test.each([
    ['classic', classic],
    ['quorum', quorum],
  ] as const)('leave %s queues, their messages and their owner alone', async (queueType, declaration) => {
    await given({ in: declaration, out: replies })
    const owner = await connect(broker.url)
    try {
      const channel = await owner.createConfirmChannel()
      for (const body of ['1', '2']) channel.sendToQueue('in', Buffer.from(body))
      await channel.waitForConfirms()
      if (queueType === 'quorum') await channel.assertQueue('in.owner', lockDeclaration)
      const taken: Array<unknown> = []
      await channel.prefetch(1)
      await channel.consume('in', (message) => taken.push(message?.fields.redelivered), {
        exclusive: queueType === 'classic',
      })
      await expect.poll(() => taken).toEqual([false])
      const before = await queues()
      expect((await of(as('importer'), { queueType })).slice(1)).toEqual([
        'RabbitMQ: queue in: ok',
        'RabbitMQ: right to read in: ok',
        `RabbitMQ: lock in.owner: ok${queueType === 'classic' ? ' (not needed for this import queue)' : ''}`,
        'RabbitMQ: queue out: ok',
        'RabbitMQ: right to publish: ok',
      ])
      expect(await queues()).toBe(before)
      channel.ackAll()
      // The second was delivered to nobody else meanwhile.
      await expect.poll(() => taken).toEqual([false, false])
    } finally {
      await owner.close()
    }
  })

  test('mention queues with other arguments, which are used unchanged', async () => {
    await given({ in: { durable: true, maxLength: 9 }, out: { durable: true } })
    expect(await of(as('importer'))).toEqual(
      expect.arrayContaining([
        'RabbitMQ: queue in: ok (the queue exists with other arguments (x-max-length: 9): it is used unchanged)',
        'RabbitMQ: queue out: ok (the queue exists with other arguments: it is used unchanged)',
      ]),
    )
  })

  test('say that an import queue is not durable', async () => {
    await given({ in: { durable: false, arguments: { 'x-queue-type': 'classic' } } })
    expect((await of(as('importer')))[1]).toBe(
      'RabbitMQ: queue in: ok (the queue exists with other arguments (durable: false): it is used unchanged. ' +
        'It is not durable: a restart of the broker loses its messages)',
    )
  })

  test('try the lock of a classic queue with single active consumer', async () => {
    await given({ in: singleActive })
    const lines = await of(as('lockless'))
    expect(lines[1]).toMatch(/queue in: ok \(.*x-single-active-consumer: true\): it is used unchanged/)
    expect(lines[3]).toMatch(/lock in\.owner: failed: the user may not configure in\.owner/)
  })

  describe('if the arguments of the import queue cannot be read', () => {
    const asReader = async () => (await of(as('reader'))).slice(1, 4)
    const tested = 'queue in: ok (its arguments cannot be read: it was tested with a consumer)'

    test.each([
      ['classic', classic, 'ok (not needed for this import queue)'],
      [
        'single-active',
        singleActive,
        'failed: the user may not configure in.owner: grant the user the permission "configure" for in.owner',
      ],
    ])('test an empty %s queue with a consumer', async (_, declaration, lock) => {
      await given({ in: declaration })
      expect(await asReader()).toEqual([
        `RabbitMQ: ${tested}`,
        'RabbitMQ: right to read in: ok',
        `RabbitMQ: lock in.owner: ${lock}`,
      ])
    })

    test('refuse a quorum queue, as `serve` does', async () => {
      await given({ in: quorum })
      expect((await asReader())[0]).toMatch(/queue in: failed: .*allows several consumers/)
    })

    test('take no message from a queue to find out', async () => {
      await given({ in: classic })
      await onBroker(async (channel) => {
        channel.sendToQueue('in', Buffer.from('1'))
        await expect.poll(async () => (await channel.checkQueue('in')).messageCount).toBe(1)
        expect((await asReader())[0]).toMatch(
          /queue in: failed: .*mark its first message as redelivered: check it while it is empty, or grant/,
        )
        expect(await channel.get('in')).toMatchObject({ fields: { redelivered: false } })
      })
    })

    test('leave a queue alone that somebody consumes', async () => {
      await given({ in: classic })
      await onBroker(async (channel) => {
        await channel.consume('in', () => {}, { exclusive: true })
        expect((await asReader())[0]).toBe(
          'RabbitMQ: queue in: ok (its arguments cannot be read: `serve` tests it once its consumer has gone)',
        )
      })
    })
  })

  test('name an import queue that nobody can own, and go on', async () => {
    await given({ in: { durable: true, arguments: { 'x-queue-type': 'stream' } } })
    const lines = await of(as('importer'))
    expect(lines[1]).toMatch(
      /^RabbitMQ: queue in: failed: the import queue in is of type stream.*declare it yourself/,
    )
    expect(lines).toHaveLength(6)
  })

  test('name a queue that has the name of the lock', async () => {
    await given({ in: quorum, 'in.owner': { durable: true } })
    expect((await of(as('importer')))[3]).toMatch(/lock in\.owner: failed: .*Delete it/)
  })

  test.each([
    [
      'readless',
      2,
      'right to read in: failed: the user may not read in: grant the user the permission "read" for in',
    ],
    [
      'lockless',
      3,
      'lock in.owner: failed: the user may not configure in.owner: grant the user the permission "configure" for in.owner',
    ],
    [
      'silent',
      5,
      'right to publish: failed: the user may not write amq.default: grant the user the permission "write" for amq.default',
    ],
    [
      'reader',
      1,
      'queue in: failed: it does not exist, and the user may not declare it: declare it, or grant the user the permission "configure" for in',
    ],
    [
      'reader',
      4,
      'queue out: failed: it does not exist, and the user may not declare it: declare it, or grant the user the permission "configure" for out',
    ],
  ])('name the right that a user lacks: %s, %i', async (user, at, line) => {
    const before = await queues()
    expect((await of(as(user), { queueType: 'quorum' }))[at]).toBe(`RabbitMQ: ${line}`)
    expect(await queues()).toBe(before)
  })

  test('need no right to declare queues that are there', async () => {
    await given({ in: classic, out: replies })
    expect((await of(as('reader'))).filter((line) => line.includes('failed'))).toEqual([])
  })

  test('say that the password is wrong without showing it', async () => {
    const lines = await of(broker.url.replace('guest:guest', 'guest:hushhush'))
    expect(lines).toEqual([
      expect.stringMatching(
        /^connection to RabbitMQ: failed: .*ACCESS_REFUSED.*: correct user and password in RABBITMQ_URL$/,
      ),
    ])
    expect(lines.join()).not.toContain('hushhush')
  })

  test.each([
    ['is missing', 'missing'],
    ['the user may not use', 'closed'],
  ])('name a virtual host that %s', async (_, host) => {
    if (host === 'closed') await broker.control('add_vhost', host)
    expect(await of(Object.assign(new URL(as('importer')), { pathname: host }).href)).toEqual([
      'connection to RabbitMQ: failed: the broker has no such virtual host, or the user may not use it: ' +
        'create it, or grant the user access',
    ])
  })

  test('say that the broker accepts no messages', { timeout: 60_000 }, async () => {
    await broker.control('set_vm_memory_high_watermark', 'absolute', '1MB')
    try {
      expect((await of(as('importer'))).at(-1)).toMatch(
        /right to publish: failed: the broker accepts no messages/,
      )
    } finally {
      await broker.control('set_vm_memory_high_watermark', '0.4')
    }
  })

  test('say that a broker hangs', async () => {
    await broker.suspend()
    try {
      const lines = await of(as('importer'))
      expect(lines).toEqual([
        expect.stringMatching(/^connection to RabbitMQ: failed: .*: start the broker, or correct/),
      ])
    } finally {
      await broker.resume()
    }
  })
})

test('the checks of a broker say that it is away', async () => {
  const [line, ...others] = await of(`amqp://user:hush@127.0.0.1:${await freePort()}`)
  expect(line).toMatch(
    /^connection to RabbitMQ: failed: .*ECONNREFUSED.*: start the broker, or correct RABBITMQ_URL$/,
  )
  expect(others).toEqual([])
})

/** Name, and permissions to configure, write and read. */
const users = [
  ['importer', '^(in|out|in[.]owner)$', '^amq[.]default$', '^in([.]owner)?$'],
  ['readless', '^(in|out|in[.]owner)$', '^amq[.]default$', '^$'],
  ['lockless', '^(in|out)$', '^amq[.]default$', '^in([.]owner)?$'],
  ['silent', '^(in|out|in[.]owner)$', '^$', '^in([.]owner)?$'],
  ['reader', '^$', '^amq[.]default$', '^in$'],
] as const
