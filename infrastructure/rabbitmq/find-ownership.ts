import { isDeepStrictEqual } from 'node:util'
import type { Channel, ChannelModel } from 'amqplib'
import type { Clock } from '../../application/ports/clock.ts'
import type { ServiceLogger } from '../../application/ports/service-logger.ts'
import { closeWithin } from './close-within.ts'
import { otherArgumentsOf } from './declare-queue.ts'
import { amqp, errorCode } from './error-text.ts'
import {
  type ImportQueueType,
  importQueueDeclaration,
  type Ownership,
  ownershipOf,
  UnsuitableQueue,
} from './import-queue.ts'
import { onOwnChannel } from './own-channel.ts'
import { queueArguments } from './queue-arguments.ts'
import { isRefusedForAnother, QueueTaken } from './queue-taken.ts'

export interface ImportQueue {
  readonly queue: string
  /** The type to declare if it is missing. */
  readonly queueType: ImportQueueType
}

/**
 * Finds out how the import queue can be owned. Declares it if it is missing. Rejects as the broker does if there is no
 * queue in the end.
 * @throws UnsuitableQueue; QueueTaken if another consumer prevents finding out
 */
export const findOwnership = async (
  model: ChannelModel,
  { queue, queueType }: ImportQueue,
  clock: Clock,
  logger: ServiceLogger,
): Promise<Ownership> => {
  const { version } = model.connection.serverProperties
  const ours = importQueueDeclaration(queueType)
  if (!(await exists(model, queue, clock))) {
    await onOwnChannel(model, clock, (channel) => channel.assertQueue(queue, ours))
    return ownershipOf(queue, ours, version)
  }
  const found = await queueArguments(model, queue, clock)
  if (found === undefined) {
    // A process that stands by asks repeatedly.
    if (!told.has(model))
      logger.warn({ queue }, "cannot read the queue's arguments: testing it with a consumer")
    told.add(model)
    return tryOwnership(model, queue, clock)
  }
  if (!isDeepStrictEqual(found, ours)) logger.warn({ queue }, otherArgumentsOf(found, ours))
  return ownershipOf(queue, found, version)
}

/** Connections for which the warning was logged. */
const told = new WeakSet<ChannelModel>()

export const exists = async (model: ChannelModel, queue: string, clock: Clock): Promise<boolean> => {
  try {
    await onOwnChannel(model, clock, (channel) => channel.checkQueue(queue))
    return true
  } catch (error) {
    if (errorCode(error) === amqp.notFound) return false
    throw error
  }
}

/** Tests how the queue treats consumers; this marks its first message as redelivered. */
export const tryOwnership = async (model: ChannelModel, queue: string, clock: Clock): Promise<Ownership> => {
  const channels = [await model.createChannel(), await model.createChannel()] as const
  for (const channel of channels) channel.on('error', () => {})
  const [first, second] = channels
  try {
    if (await takesExclusive(first, queue)) {
      if (!(await takesExclusive(second, queue))) return 'exclusive-consumer'
      throw new UnsuitableQueue(queue, 'allows several consumers, and its arguments cannot be read')
    }
    const { consumerCount } = await second.checkQueue(queue)
    // With single active consumer, an exclusive consumer is refused even if there is no other.
    if (consumerCount === 0) return 'single-active-consumer'
    throw new QueueTaken('another consumer has the queue')
  } finally {
    await Promise.all(channels.map((channel) => closeWithin(channel, clock)))
  }
}

const takesExclusive = async (channel: Channel, queue: string): Promise<boolean> => {
  try {
    await channel.prefetch(1)
    await channel.consume(queue, () => {}, { exclusive: true })
    return true
  } catch (error) {
    if (isRefusedForAnother(error)) return false
    throw error
  }
}
