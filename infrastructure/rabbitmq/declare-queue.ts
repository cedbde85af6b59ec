import type { Channel, ChannelModel } from 'amqplib'
import type { Clock } from '../../application/ports/clock.ts'
import { closeWithin } from './close-within.ts'
import type { RabbitMqLog } from './connection.ts'
import { amqp, errorCode, errorText } from './error-text.ts'

export interface QueueDeclaration {
  readonly queue: string
  /** Messages expire after so many seconds; never when left out. */
  readonly messageTtlSeconds?: number
}

/**
 * Declares a durable queue of the broker's default type. One that exists with other arguments, or that we may not
 * declare, is accepted as it is. Rejects when there is no queue in the end.
 */
export const declareQueue = async (
  model: ChannelModel,
  declaration: QueueDeclaration,
  clock: Clock,
  log: RabbitMqLog,
): Promise<void> => {
  const { queue, messageTtlSeconds } = declaration
  // RabbitMQ counts the argument in milliseconds.
  const ttl = messageTtlSeconds === undefined ? {} : { messageTtl: Math.round(messageTtlSeconds * 1000) }
  try {
    await onOwnChannel(model, clock, (channel) => channel.assertQueue(queue, { durable: true, ...ttl }))
  } catch (error) {
    const code = errorCode(error)
    if (code !== amqp.preconditionFailed && code !== amqp.accessRefused) throw error
    await onOwnChannel(model, clock, (channel) => channel.checkQueue(queue))
    log.warn(
      { queue, reason: errorText(error) },
      'the queue is there with other arguments: using it as it is',
    )
  }
}

/** A refused declaration closes its channel, so each is made on one of its own. */
const onOwnChannel = async (
  model: ChannelModel,
  clock: Clock,
  use: (channel: Channel) => Promise<unknown>,
): Promise<void> => {
  const channel = await model.createChannel()
  channel.on('error', () => {})
  await use(channel)
  await closeWithin(channel, clock)
}
