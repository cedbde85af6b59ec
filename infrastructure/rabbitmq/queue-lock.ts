import { hash } from 'node:crypto'
import type { Channel } from 'amqplib'
import { amqp, errorCode, errorText } from './error-text.ts'
import { QueueTaken } from './queue-taken.ts'

/** AMQP ends names at 255 bytes. */
export const lockOf = (queue: string): string => {
  const name = `${queue}.owner`
  return Buffer.byteLength(name) <= 255 ? name : `${hash('sha256', queue, 'hex')}.owner`
}

/**
 * Takes the lock that says who owns a queue, for as long as the channel is open: a queue which no other connection may use,
 * which ends with its only consumer, and with its connection, however that ends. The broker refuses it to all others.
 * @throws QueueTaken
 */
export const takeLock = async (channel: Channel, queue: string, onLost: () => void): Promise<void> => {
  const lock = lockOf(queue)
  try {
    await channel.assertQueue(lock, {
      exclusive: true,
      autoDelete: true,
      durable: false,
      arguments: { 'x-queue-type': 'classic' },
    })
  } catch (error) {
    if (errorCode(error) === amqp.resourceLocked) throw new QueueTaken(errorText(error))
    throw error
  }
  // The broker cancels the consumer when somebody deletes the lock.
  await channel.consume(lock, (message) => {
    if (message === null) onLost()
  })
}
