import type { ChannelModel } from 'amqplib'
import type { ImportSession } from '../../application/ports/import-source.ts'
import { closeWithin } from './close-within.ts'
import { errorText } from './error-text.ts'
import type { Ownership } from './import-queue.ts'
import { lockOf, takeLock } from './queue-lock.ts'
import { isRefusedForAnother, QueueTaken } from './queue-taken.ts'
import { type ConsumeOptions, SourceSession } from './source-session.ts'

/** Consumes a queue as the only consumer, on a separate channel. @throws QueueTaken, LockNameTaken */
export const openSession = async (
  model: ChannelModel,
  ownership: Ownership,
  options: ConsumeOptions,
): Promise<ImportSession> => {
  const { queue, prefetch, clock } = options
  const channel = await model.createChannel()
  // The broker closes a channel after an error: the 'close' event that follows ends the session.
  channel.on('error', () => {})
  const exclusive = ownership === 'exclusive-consumer'
  const session = new SourceSession(channel, exclusive ? queue : lockOf(queue), options)
  try {
    if (!exclusive) {
      await takeLock(model, channel, options, () => void session.close())
      // A consumer that does not know about the lock.
      if ((await channel.checkQueue(queue)).consumerCount > 0) throw new QueueTaken('it has a consumer')
    }
    await channel.prefetch(prefetch)
    await channel.consume(queue, (message) => session.deliver(message), { exclusive })
    return session
  } catch (error) {
    await closeWithin(channel, clock)
    throw isRefusedForAnother(error) ? new QueueTaken(errorText(error)) : error
  }
}
