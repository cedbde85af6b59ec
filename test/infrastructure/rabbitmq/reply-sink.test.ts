import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { Reply } from '../../../application/ports/reply-sink.ts'
import { createRabbitMqReplySink } from '../../../infrastructure/rabbitmq/reply-sink.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { replyNumber, replySinkContract } from '../../contract/reply-sink.ts'
import type { BrokerBench } from '../../support/rabbitmq/broker-bench.ts'
import { brokerBench } from '../../support/rabbitmq/broker-bench.ts'

const url = inject('rabbitmqUrl') ?? ''
const ttl = 3600

const sinkOn = (bench: BrokerBench, messageTtlSeconds = ttl, onPublished?: (count: number) => void) =>
  createRabbitMqReplySink({
    connection: bench.connection('sink'),
    queue: bench.resultQueue,
    messageTtlSeconds,
    clock: systemClock,
    logger: bench.logger,
    ...(onPublished === undefined ? {} : { onPublished }),
  })

describe.skipIf(url === '')('RabbitMQ', () => {
  replySinkContract('createRabbitMqReplySink', async () => {
    const bench = await brokerBench(url)
    await bench.channel.assertQueue(bench.resultQueue, { durable: true, messageTtl: ttl * 1000 })
    return {
      sink: () => sinkOn(bench),
      source: () => ({ kind: 'queue', queue: bench.importQueue }),
      async published() {
        const { messageCount } = await bench.channel.checkQueue(bench.resultQueue)
        return (await bench.collect(bench.resultQueue, messageCount)).map(({ content }) => content.toString())
      },
      dispose: () => bench.dispose(),
    }
  })

  describe('createRabbitMqReplySink', () => {
    let bench: BrokerBench
    const { signal } = new AbortController()
    beforeEach(async () => {
      bench = await brokerBench(url)
    })
    afterEach(() => bench.dispose())

    const reply = (n: number, changes: Partial<Reply> = {}): Reply => ({
      ...replyNumber(n, { kind: 'queue', queue: bench.importQueue }),
      ...changes,
    })

    test('puts everything else into properties and headers', async () => {
      const before = Math.floor(Date.now() / 1000)
      await sinkOn(bench).publish([reply(7)], signal)
      const [message] = await bench.collect(bench.resultQueue, 1)
      const { importId } = reply(7)
      expect(message?.properties).toMatchObject({
        messageId: importId,
        correlationId: 'message-7',
        appId: 'profile-importer',
        contentType: 'application/json',
        contentEncoding: 'utf-8',
        deliveryMode: 2,
      })
      expect(message?.properties.timestamp).toBeGreaterThanOrEqual(before)
      expect(message?.properties.headers).toEqual({ import_id: importId, verdict: 'created', position: '8' })
    })

    test("correlates by the request's correlation_id, or else by its message_id, or not at all", async () => {
      const tooLong = '\ufffd'.repeat(86)
      const requests = [
        { correlation_id: 'c', message_id: 'm' },
        { message_id: 'm' },
        {},
        { message_id: 'é'.repeat(127) },
        { message_id: tooLong },
        { correlation_id: tooLong, message_id: 'm' },
      ]
      await sinkOn(bench).publish(
        requests.map((properties, n) => reply(n, { properties })),
        signal,
      )
      const messages = await bench.collect(bench.resultQueue, requests.length)
      expect(messages.map(({ properties }) => properties.correlationId)).toEqual([
        'c',
        'm',
        undefined,
        'é'.repeat(127),
        undefined,
        undefined,
      ])
    })

    test('declares the queue durable with the TTL in milliseconds', async () => {
      await sinkOn(bench).publish([reply(1)], signal)
      // The broker refuses a declaration whose arguments differ from those of the queue.
      await bench.channel.assertQueue(bench.resultQueue, { durable: true, messageTtl: ttl * 1000 })
    })

    test('tells how many replies are confirmed so far', async () => {
      const counts: Array<number> = []
      const replies = Array.from({ length: 2500 }, (_, n) => reply(n))
      await sinkOn(bench).publish(replies, signal, (count) => counts.push(count))
      expect(counts.at(-1)).toBe(2500)
      expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    })

    test('lets replies expire after the TTL', async () => {
      await sinkOn(bench, 1).publish([reply(1)], signal)
      const count = async () => (await bench.channel.checkQueue(bench.resultQueue)).messageCount
      expect(await count()).toBe(1)
      await expect.poll(count, { timeout: 4000 }).toBe(0)
    })

    test('accepts an existing queue with other arguments', async () => {
      await bench.channel.assertQueue(bench.resultQueue, { durable: true, messageTtl: 77_000, maxLength: 50 })
      await sinkOn(bench).publish([reply(1)], signal)
      expect(await bench.collect(bench.resultQueue, 1)).toHaveLength(1)
      expect(bench.lines.filter((line) => line.includes('other arguments'))).toHaveLength(1)
    })

    test('notices that nothing routes its replies, declares the queue again and publishes again', async () => {
      const counts: Array<number> = []
      const sink = sinkOn(bench, ttl, (count) => counts.push(count))
      await sink.publish([reply(1)], signal)
      await bench.channel.deleteQueue(bench.resultQueue)
      const confirmed: Array<number> = []
      await sink.publish([reply(2), reply(3)], signal, (count) => confirmed.push(count))
      // The broker confirms what it cannot route, too: that does not count.
      expect(confirmed[0]).toBe(0)
      expect(confirmed.at(-1)).toBe(2)
      const messages = await bench.collect(bench.resultQueue, 2)
      expect(messages.map(({ properties }) => properties.correlationId)).toEqual(['message-2', 'message-3'])
      expect(counts.reduce((a, b) => a + b)).toBe(3)
    })

    test('publishes again what the broker refuses because the queue is full', async () => {
      const options = { durable: true, maxLength: 2, overflow: 'reject-publish' }
      await bench.channel.assertQueue(bench.resultQueue, options)
      let done = false
      let confirmed = 0
      const publishing = sinkOn(bench)
        .publish([reply(1), reply(2), reply(3), reply(4)], signal, (count) => {
          confirmed = count
        })
        .then(() => {
          done = true
        })
      await expect
        .poll(() => bench.lines.some((line) => line.includes('broker refused messages')), { timeout: 5000 })
        .toBe(true)
      expect(done).toBe(false)
      expect(confirmed).toBe(2)
      const messages = await bench.collect(bench.resultQueue, 4)
      await publishing
      expect(confirmed).toBe(4)
      expect(new Set(messages.map(({ properties }) => properties.correlationId)).size).toBe(4)
    })

    test('rejects with the reason if the signal aborts while it waits for room', async () => {
      const options = { durable: true, maxLength: 1, overflow: 'reject-publish' }
      await bench.channel.assertQueue(bench.resultQueue, options)
      const stop = new AbortController()
      const reason = new Error('enough')
      const publishing = sinkOn(bench).publish([reply(1), reply(2)], stop.signal)
      const outcome = expect(publishing).rejects.toBe(reason)
      await sleep(200)
      stop.abort(reason)
      await outcome
    })
  })
})
