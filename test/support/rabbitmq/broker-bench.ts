import { setTimeout as sleep } from 'node:timers/promises'
import type { ChannelModel, ConfirmChannel, GetMessage, Options } from 'amqplib'
import { connect } from 'amqplib'
import type { ServiceLogger } from '../../../application/ports/service-logger.ts'
import type { RabbitMqConnection } from '../../../infrastructure/rabbitmq/connection.ts'
import { connectRabbitMq } from '../../../infrastructure/rabbitmq/connection.ts'
import { systemChance } from '../../../infrastructure/system/system-chance.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { createTroubles } from '../../../service/troubles.ts'
import { recordedLogger } from '../recorded-logger.ts'
import type { QueuePair } from './unique-queues.ts'
import { uniqueQueues } from './unique-queues.ts'

/** A separate pair of queues on a broker, with a plain client beside the program's connections. */
export interface BrokerBench extends QueuePair {
  readonly url: string
  readonly logger: ServiceLogger
  readonly lines: ReadonlyArray<string>
  readonly channel: ConfirmChannel
  /** A connection of the program, closed with the bench. */
  connection(name: string): RabbitMqConnection
  put(queue: string, bodies: ReadonlyArray<string | Buffer>, options?: Options.Publish): Promise<void>
  /** Takes `count` messages from a queue, waiting for them as long as the test may run. */
  collect(queue: string, count: number): Promise<Array<GetMessage>>
  /** Deletes the queues and closes the connections. */
  dispose(): Promise<void>
}

/** `imports`: how the import queue is declared. */
export const brokerBench = async (
  url: string,
  imports: Options.AssertQueue = { durable: true },
): Promise<BrokerBench> => {
  const queues = uniqueQueues()
  const { logger, lines } = recordedLogger()
  const model: ChannelModel = await connect(url)
  model.on('error', () => {})
  const channel = await model.createConfirmChannel()
  channel.on('error', () => {})
  const connections: Array<RabbitMqConnection> = []

  return {
    ...queues,
    url,
    logger,
    lines,
    channel,
    connection(name) {
      const connection = connectRabbitMq({
        url,
        name,
        clock: systemClock,
        chance: systemChance,
        logger,
        troubles: createTroubles(systemClock, logger),
      })
      connections.push(connection)
      return connection
    },
    async put(queue, bodies, options = {}) {
      await channel.assertQueue(queue, queue === queues.importQueue ? imports : { durable: true })
      for (const body of bodies)
        channel.publish('', queue, Buffer.from(body), { persistent: true, ...options })
      await channel.waitForConfirms()
    },
    async collect(queue, count) {
      const messages: Array<GetMessage> = []
      while (messages.length < count) {
        const message = await channel.get(queue, { noAck: true })
        if (message === false) await sleep(20)
        else messages.push(message)
      }
      return messages
    },
    async dispose() {
      await Promise.all(connections.map((connection) => connection.close()))
      const cleaner = await model.createChannel()
      for (const queue of [queues.importQueue, queues.resultQueue]) await cleaner.deleteQueue(queue)
      await model.close()
    },
  }
}
