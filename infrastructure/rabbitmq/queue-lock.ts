import { hash } from 'node:crypto'
import type { Channel, ChannelModel, Options } from 'amqplib'
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

export const lockDeclaration: Options.AssertQueue = {
  exclusive: true,
  autoDelete: true,
  durable: false,
  arguments: { 'x-queue-type': 'classic' },
}

/** A queue with the name of the lock exists, is not exclusive, and will stay. */
export class LockNameTaken extends CannotGoOn {
  constructor(queue: string) {
    super(
      `the service needs the queue name ${lockOf(queue)} as a lock for ${queue}, but a queue with that name exists. ` +
        'Delete it (its messages are lost), or set IMPORT_QUEUE to another queue',
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
    await channel.assertQueue(lock, lockDeclaration)
  } catch (error) {
    if (errorCode(error) !== amqp.resourceLocked) throw error
    throw (await isForAll(model, lock, clock)) ? new LockNameTaken(queue) : new QueueTaken(errorText(error))
  }
  // The broker cancels the consumer if somebody deletes the lock.
  await channel.consume(lock, (message) => {
    if (message === null) onLost()
  })
}

/** The broker answers the same, whether the queue is the lock of another connection or no lock at all. */
export const isForAll = (model: ChannelModel, queue: string, clock: Clock): Promise<boolean> =>
  onOwnChannel(model, clock, (channel) => channel.checkQueue(queue)).then(
    () => true,
    () => false,
  )
