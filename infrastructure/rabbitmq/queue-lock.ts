import { hash } from 'node:crypto'
import type { Channel, ChannelModel } from 'amqplib'
import { CannotGoOn } from '../../application/cannot-go-on.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { amqp, errorCode, errorText } from './error-text.ts'
import { onOwnChannel } from './own-channel.ts'
import { QueueTaken } from './queue-taken.ts'

/** AMQP limits names to 255 bytes. */
export const lockOf = (queue: string): string => {
  const name = `${queue}.owner`
  return Buffer.byteLength(name) <= 255 ? name : `${hash('sha256', queue, 'hex')}.owner`
}

/** The name of the lock is that of a queue which others use, and which stays. */
export class LockNameTaken extends CannotGoOn {
  constructor(queue: string) {
    super(
      `the queue ${lockOf(queue)} is in the way: by a queue of that name, which comes and goes with it, a service shows that ` +
        `the import queue ${queue} is its own. Delete it (with it go the messages it holds), or name another in IMPORT_QUEUE`,
    )
  }
}

/**
 * Takes the lock that says who owns a queue, for as long as the channel is open: a queue that no other connection may
 * use, and that is deleted with its only consumer or its connection, however that ends. The broker refuses it to
 * everyone else.
 * @throws QueueTaken, LockNameTaken
 */
export const takeLock = async (
  model: ChannelModel,
  channel: Channel,
  { queue, clock }: { readonly queue: string; readonly clock: Clock },
  onLost: () => void,
): Promise<void> => {
  const lock = lockOf(queue)
  try {
    await channel.assertQueue(lock, {
      exclusive: true,
      autoDelete: true,
      durable: false,
      arguments: { 'x-queue-type': 'classic' },
    })
  } catch (error) {
    if (errorCode(error) !== amqp.resourceLocked) throw error
    throw (await isForAll(model, lock, clock)) ? new LockNameTaken(queue) : new QueueTaken(errorText(error))
  }
  // The broker cancels the consumer if somebody deletes the lock.
  await channel.consume(lock, (message) => {
    if (message === null) onLost()
  })
}

/** The broker's words are the same for a lock of another connection and for a queue that is none. */
const isForAll = (model: ChannelModel, queue: string, clock: Clock): Promise<boolean> =>
  onOwnChannel(model, clock, (channel) => channel.checkQueue(queue)).then(
    () => true,
    () => false,
  )
