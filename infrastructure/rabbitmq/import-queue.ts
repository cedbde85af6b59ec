import type { Options } from 'amqplib'
import { CannotGoOn } from '../../application/cannot-go-on.ts'

/** The types that the program can declare a missing import queue with. */
export const importQueueTypes = ['classic', 'quorum'] as const
export type ImportQueueType = (typeof importQueueTypes)[number]

/**
 * A quorum queue drops a message that was returned more often than its limit: by default after 20 times from RabbitMQ 4
 * on. This limit is never reached. No limit (-1) is worse: RabbitMQ 3 treats it as zero, and RabbitMQ 4 then returns
 * rejected messages in another place.
 */
const deliveryLimit = 2_147_483_647
/** As often as a process that cannot start is restarted in a month, once every few seconds. */
const enoughDeliveries = 1_000_000

export const importQueueDeclaration = (type: ImportQueueType): Options.AssertQueue => {
  switch (type) {
    case 'classic':
      return { durable: true, arguments: { 'x-queue-type': 'classic' } }
    case 'quorum':
      return {
        durable: true,
        arguments: {
          'x-queue-type': 'quorum',
          'x-single-active-consumer': true,
          'x-delivery-limit': deliveryLimit,
        },
      }
  }
}

/** How other consumers are kept away from an owned queue. */
export type Ownership =
  /** Exclusive: the broker accepts only this consumer. */
  | 'exclusive-consumer'
  /** The broker serves one consumer and lets the others wait; a lock says which one. */
  | 'single-active-consumer'

/** The queue cannot be owned, or not without losing messages, unless it is changed. */
export class UnsuitableQueue extends CannotGoOn {
  constructor(queue: string, why: string) {
    super(
      `the import queue ${queue} ${why}. Move its messages away and delete it (deleting it deletes its messages): the ` +
        'service then declares it again with IMPORT_QUEUE_TYPE. Or declare it yourself, as a classic queue, or as a ' +
        'quorum queue with x-single-active-consumer true and x-delivery-limit ' +
        `${deliveryLimit}; or name another queue in IMPORT_QUEUE`,
    )
  }
}

/**
 * How a queue with these arguments can be owned. `brokerVersion` such as 3.10.8.
 * @throws UnsuitableQueue
 */
export const ownershipOf = (
  queue: string,
  { arguments: args = {}, autoDelete }: Options.AssertQueue,
  brokerVersion: string,
): Ownership => {
  if (autoDelete === true) {
    throw new UnsuitableQueue(queue, 'deletes itself: its messages would be lost whenever the service stops')
  }
  const type = args['x-queue-type'] ?? 'classic'
  const single = args['x-single-active-consumer'] === true
  switch (type) {
    case 'classic':
      return single ? 'single-active-consumer' : 'exclusive-consumer'
    case 'quorum':
      if (!single) {
        throw new UnsuitableQueue(
          queue,
          'is a quorum queue without x-single-active-consumer: several services could read it at once',
        )
      }
      if (!givesBackForEver(args['x-delivery-limit'], brokerVersion)) {
        throw new UnsuitableQueue(
          queue,
          'has a delivery limit that is too low: messages would be dropped after repeated restarts',
        )
      }
      return 'single-active-consumer'
    default:
      throw new UnsuitableQueue(queue, `is of type ${type}, which does not support a single consumer`)
  }
}

const givesBackForEver = (limit: unknown, brokerVersion: string): boolean => {
  const limitsByDefault = !brokerVersion.startsWith('3.')
  if (limit === undefined) return !limitsByDefault
  const times = Number(limit)
  return times < 0 ? limitsByDefault : times >= enoughDeliveries
}
