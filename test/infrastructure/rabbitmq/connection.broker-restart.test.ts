import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Delivery } from '../../../application/ports/import-source.ts'
import type { Reply } from '../../../application/ports/reply-sink.ts'
import { connectRabbitMq } from '../../../infrastructure/rabbitmq/connection.ts'
import { rabbitMqPublisher } from '../../../infrastructure/rabbitmq/import-publisher.ts'
import {
  type ImportQueueType,
  importQueueDeclaration,
} from '../../../infrastructure/rabbitmq/import-queue.ts'
import { createRabbitMqReplySink } from '../../../infrastructure/rabbitmq/reply-sink.ts'
import { rabbitMqSource } from '../../../infrastructure/rabbitmq/source.ts'
import { systemChance } from '../../../infrastructure/system/system-chance.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { createTroubles } from '../../../service/troubles.ts'
import { replyNumber } from '../../contract/reply-sink.ts'
import { bodyOf } from '../../support/builders/body-of.ts'
import { brokerBench } from '../../support/rabbitmq/broker-bench.ts'
import type { PrivateBroker } from '../../support/rabbitmq/server/private-broker.ts'
import { startPrivateBroker } from '../../support/rabbitmq/server/start-private-broker.ts'
import { uniqueQueues } from '../../support/rabbitmq/unique-queues.ts'
import { recordedLogger } from '../../support/recorded-logger.ts'

const total = 6000

describe.skipIf(!inject('rabbitmqPrivate'))('a broker that goes down in mid-stream', () => {
  let broker: PrivateBroker
  beforeAll(async () => {
    broker = await startPrivateBroker()
  }, 300_000)
  afterAll(() => broker?.dispose())

  const downs: ReadonlyArray<[string, ImportQueueType, () => Promise<void>]> = [
    ['killed', 'classic', () => broker.kill()],
    ['stopped in order', 'classic', () => broker.stop()],
    ['killed', 'quorum', () => broker.kill()],
    ['stopped in order', 'quorum', () => broker.stop()],
  ]

  test.each(downs)(
    'loses nothing when it is %s, of a %s queue',
    { timeout: 300_000 },
    async (_, queueType, goDown) => {
      const { logger, lines } = recordedLogger()
      const { importQueue, resultQueue } = uniqueQueues()
      const connect = (name: string) =>
        connectRabbitMq({
          url: broker.url,
          name,
          clock: systemClock,
          chance: systemChance,
          logger,
          troubles: createTroubles(systemClock, logger),
        })
      const connections = [connect('source'), connect('sink'), connect('send')] as const
      const [forSource, forSink, forSend] = connections
      const shared = { clock: systemClock, logger }
      const source = rabbitMqSource({
        connection: forSource,
        queue: importQueue,
        queueType,
        prefetch: 200,
        maxMessageBytes: 1000,
        ...shared,
      })
      const sink = createRabbitMqReplySink({ connection: forSink, queue: resultQueue, ...shared })
      const publisher = rabbitMqPublisher({ connection: forSend, queue: importQueue, queueType, ...shared })
      const { signal } = new AbortController()

      const before = await brokerBench(broker.url)
      await before.channel.assertQueue(importQueue, importQueueDeclaration(queueType))
      await before.channel.assertQueue(resultQueue, { durable: true })
      await before.dispose()
      await broker.syncDeclarations()

      let down: Promise<void> | undefined
      const answered = new Set<string>()
      const again = new Set<boolean>()
      const answer = (delivery: Delivery): Reply => ({
        ...replyNumber(Number(bodyOf(delivery).toString()), delivery.source),
        properties: delivery.properties,
      })
      const pump = async (): Promise<void> => {
        while (answered.size < total) {
          const session = await source.open(signal)
          for (;;) {
            const batch = await session?.take(100, signal)
            if (batch === undefined) break
            await sink.publish(batch.map(answer), signal)
            session?.acknowledge(batch)
            for (const { properties, redelivered } of batch) {
              answered.add(properties.message_id ?? '')
              again.add(redelivered)
            }
            if (answered.size > total / 3) down ??= goDown().then(() => broker.start())
            if (answered.size === total) break
          }
          await session?.close()
        }
      }
      const messages = (async function* () {
        for (let i = 0; i < total; i++) yield { body: String(i), messageId: `message-${i}` }
      })()
      const [sent] = await Promise.all([publisher.send(messages), pump()])
      await down
      await Promise.all(connections.map((connection) => connection.close()))

      expect(sent).toBe(total)
      expect(lines.filter((line) => line.includes('lost the connection')).length).toBeGreaterThanOrEqual(3)
      expect(again.has(true)).toBe(true)
      const bench = await brokerBench(broker.url)
      const { messageCount } = await bench.channel.checkQueue(resultQueue)
      const replies = await bench.collect(resultQueue, messageCount)
      const arrived = new Set(replies.map(({ properties }) => properties.correlationId))
      expect([...answered].filter((id) => !arrived.has(id))).toEqual([])
      expect(arrived.size).toBe(total)
      await bench.dispose()
    },
  )
})
