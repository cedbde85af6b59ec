import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { ImportSession } from '../../../application/ports/import-source.ts'
import { rabbitMqSource } from '../../../infrastructure/rabbitmq/source.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { importSourceContract } from '../../contract/import-source.ts'
import { bodyOf } from '../../support/builders/body-of.ts'
import type { BrokerBench } from '../../support/rabbitmq/broker-bench.ts'
import { brokerBench } from '../../support/rabbitmq/broker-bench.ts'
import { publishRaw, shortText } from '../../support/rabbitmq/raw-message.ts'
import { publishNestedHeaders } from './nested-headers.ts'
import { ownableQueues } from './ownable-queues.ts'

const url = inject('rabbitmqUrl') ?? ''

const sourceOn = (bench: BrokerBench) =>
  rabbitMqSource({
    connection: bench.connection('source'),
    queue: bench.importQueue,
    queueType: 'classic',
    prefetch: 100,
    maxMessageBytes: 400_000,
    clock: systemClock,
    logger: bench.logger,
  })

describe.skipIf(url === '')('RabbitMQ', () => {
  for (const [kind, declaration] of Object.entries(ownableQueues)) {
    importSourceContract(`rabbitMqSource on a queue that is ${kind}`, { handsOverAgain: true }, async () => {
      const bench = await brokerBench(url, declaration)
      await bench.channel.assertQueue(bench.importQueue, declaration)
      return {
        source: () => sourceOn(bench),
        put: (bodies) => bench.put(bench.importQueue, bodies),
        dispose: () => bench.dispose(),
      }
    })
  }

  describe('rabbitMqSource', () => {
    let bench: BrokerBench
    const { signal } = new AbortController()
    beforeEach(async () => {
      bench = await brokerBench(url)
    })
    afterEach(() => bench.dispose())

    const opened = async (): Promise<ImportSession> => {
      const session = await sourceOn(bench).open(signal)
      if (session === undefined) throw new Error('the source gave no session')
      return session
    }

    test('delivers the properties of a message', async () => {
      const replayOf = '0b5ab2d0-9d3c-5d7c-8a0e-3c9d6a0f5a11'
      await bench.put(bench.importQueue, ['1'], {
        messageId: 'm',
        appId: 'a',
        correlationId: 'c',
        contentEncoding: 'utf-8',
        headers: { replay_of: replayOf, replay_mark: 'ab12', replay_fixes: '[]', replay_overwrite: true },
      })
      await bench.put(bench.importQueue, ['2'], { messageId: '', headers: { replay_of: 'none' } })
      const wrong = { replay_of: { $where: 1 }, replay_mark: [7], replay_fixes: [], replay_overwrite: 'true' }
      await bench.put(bench.importQueue, ['3'], { headers: wrong })
      const session = await opened()
      const before = Date.now()
      const taken = await session.take(3, signal)
      const source = { kind: 'queue', queue: bench.importQueue }
      const bare = { source, properties: {}, redelivered: false }
      expect(taken?.map(({ body, receivedAt, ...rest }) => rest)).toEqual([
        {
          ...bare,
          properties: { message_id: 'm', app_id: 'a', correlation_id: 'c' },
          contentEncoding: 'utf-8',
          replayOf,
          replayMark: 'ab12',
          fixes: '[]',
          overwrite: true,
        },
        bare,
        bare,
      ])
      expect(taken?.every(({ receivedAt }) => Math.abs(receivedAt - before) < 60_000)).toBe(true)
      await session.close()
    })

    test('delivers who sent a message, when and of what type, with the headers that are scalars', async () => {
      const { username } = new URL(url)
      const headers = {
        tenant: 'north',
        attempt: 3,
        share: 0.5,
        dry: false,
        'x-death': [{ queue: 'other' }],
        nested: { a: 1 },
        at: { '!': 'timestamp', value: 1_700_000_000 },
        bytes: Buffer.from('raw'),
        none: null,
        replay_of: 'none',
      }
      const sent = { userId: decodeURIComponent(username), timestamp: 1_700_000_000, type: 'customer.v1' }
      await bench.put(bench.importQueue, ['1'], { ...sent, headers })
      await bench.put(bench.importQueue, ['2'], {
        headers: { large: 'x'.repeat(4085), small: 'fits', second: 'y'.repeat(4000) },
      })
      const session = await opened()
      const taken = (await session.take(2, signal)) ?? []
      expect(taken.map(({ properties, headers }) => ({ properties, headers }))).toEqual([
        {
          properties: { user_id: sent.userId, timestamp: sent.timestamp, type: sent.type },
          headers: { tenant: 'north', attempt: 3, share: 0.5, dry: false },
        },
        { properties: {}, headers: { small: 'fits', second: 'y'.repeat(4000) } },
      ])
      await session.close()
    })

    test('delivers ids as text, or as bytes if they are not UTF-8', async () => {
      const raw = Buffer.from('00ff7f80c0a0e28028eda080f0908080', 'hex')
      const text = Buffer.from('\ufffd é \0')
      await publishRaw(url, bench.importQueue, [
        { body: '1', properties: { messageId: shortText(raw) } },
        {
          body: '2',
          properties: {
            contentType: shortText('application/json'),
            headers: Buffer.alloc(4),
            correlationId: shortText(raw),
            messageId: shortText(text),
            appId: shortText(Buffer.alloc(255, 0xff)),
          },
        },
        { body: '3', properties: { messageId: shortText(''), appId: shortText(text) } },
      ])
      await publishNestedHeaders(url, bench.importQueue, { body: '4', messageId: raw, depth: 10_000 })
      const session = await opened()
      const taken = []
      while (taken.length < 4) taken.push(...((await session.take(4, signal)) ?? []))
      const base64 = raw.toString('base64')
      expect(taken.map(({ properties }) => properties)).toEqual([
        { message_id: raw.toString(), base64: { message_id: base64 } },
        {
          message_id: text.toString(),
          correlation_id: raw.toString(),
          app_id: '\ufffd'.repeat(255),
          base64: { correlation_id: base64, app_id: Buffer.alloc(255, 0xff).toString('base64') },
        },
        { app_id: text.toString() },
        { message_id: raw.toString(), base64: { message_id: base64 } },
      ])
      await session.close()
    })

    test('delivers the bytes of an id wherever the socket splits the message', async () => {
      const ids = Array.from({ length: 3000 }, (_, n) =>
        Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${n}`)]),
      )
      await publishRaw(
        url,
        bench.importQueue,
        ids.map((id, n) => ({ body: 'x'.repeat(n % 97), properties: { messageId: shortText(id) } })),
      )
      const session = await opened()
      const taken: Array<string> = []
      while (taken.length < ids.length) {
        const batch = (await session.take(100, signal)) ?? []
        taken.push(...batch.map(({ properties }) => properties.base64?.message_id ?? 'none'))
        session.acknowledge(batch)
      }
      expect(taken).toEqual(ids.map((id) => id.toString('base64')))
      await session.close()
    })

    test.each([10, 10_000])(
      'delivers a message with %i tables in its headers, and what follows',
      async (depth) => {
        const body = '{"nested":true}'
        await publishNestedHeaders(url, bench.importQueue, { body, messageId: 'nested', depth })
        await bench.put(bench.importQueue, ['next'], { messageId: 'next' })
        const session = await opened()
        const taken = []
        for (;;) {
          const more = await session.take(2, signal)
          taken.push(...(more ?? []))
          if (more === undefined || taken.length === 2) break
        }
        expect(taken.map((each) => [bodyOf(each).toString(), each.properties])).toEqual([
          [body, { message_id: 'nested' }],
          ['next', { message_id: 'next' }],
        ])
        expect(bench.lines.filter((line) => line.includes('lost the connection'))).toEqual([])
        session.acknowledge(taken)
        await session.close()
      },
    )

    test('delivers bytes that are not text, no bytes, and more bytes than fit in a frame', async () => {
      const bodies = [Buffer.from([0xff, 0, 0xfe]), Buffer.alloc(0), Buffer.alloc(300_000, 'x')]
      await bench.put(bench.importQueue, bodies)
      const session = await opened()
      const taken = []
      while (taken.length < 3) taken.push(...((await session.take(3, signal)) ?? []))
      expect(taken.map(bodyOf)).toEqual(bodies)
      await session.close()
    })

    test('declares a missing queue as durable', async () => {
      const session = await opened()
      await bench.channel.assertQueue(bench.importQueue, { durable: true })
      await session.close()
    })

    test('accepts an existing queue with other arguments, and says so', async () => {
      await bench.channel.assertQueue(bench.importQueue, { durable: false, maxLength: 7 })
      bench.channel.sendToQueue(bench.importQueue, Buffer.from('{}'))
      const session = await opened()
      expect(await session.take(1, signal)).toHaveLength(1)
      expect(bench.lines.filter((line) => line.includes('other arguments'))).toHaveLength(1)
      await session.close()
    })

    test('never holds more messages than the prefetch', async () => {
      await bench.put(
        bench.importQueue,
        Array.from({ length: 150 }, () => '{}'),
      )
      const session = await opened()
      const held = await session.take(150, signal)
      expect(held).toHaveLength(100)
      session.acknowledge(held ?? [])
      expect(await session.take(50, signal)).toHaveLength(50)
      await session.close()
    })

    test('ends the session when the queue is deleted, and declares the queue again', async () => {
      const source = sourceOn(bench)
      const first = await source.open(signal)
      const waiting = first?.take(1, signal)
      await bench.channel.deleteQueue(bench.importQueue)
      expect(await waiting).toBeUndefined()
      expect(await first?.confirmOwnership()).toBe(false)
      const second = await source.open(signal)
      await bench.put(bench.importQueue, ['{}'])
      expect(await second?.take(1, signal)).toHaveLength(1)
      await second?.close()
    })
  })
})
