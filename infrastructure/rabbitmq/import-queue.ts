import type { Options } from 'amqplib'
import { CannotGoOn } from '../../application/cannot-go-on.ts'

/** What the program makes when there is no import queue. */
export const importQueueTypes = ['classic', 'quorum'] as const
export type ImportQueueType = (typeof importQueueTypes)[number]

/**
 * A quorum queue drops a message that was given back more often than its limit: after 20 times from RabbitMQ 4 on, if
 * nothing else is said. This is out of reach. None at all (-1) is worse: RabbitMQ 3 takes it for no time at all, and 4 then
 * gives what is refused back in another place.
 */
const deliveryLimit = 2_147_483_647
/** What a process that cannot start comes to in a month, started again every few seconds. */
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

/** What keeps other consumers off a queue while one has it. */
export type Ownership =
  /** The consumer is the only one that the broker takes. */
  | 'exclusive-consumer'
  /** The broker serves one consumer and lets the others wait; a lock says who is that one. */
  | 'single-active-consumer'

/** The queue cannot be owned, or not without losing messages, as long as it is what it is. */
export class UnsuitableQueue extends CannotGoOn {
  constructor(queue: string, why: string) {
    super(
      `the import queue ${queue} ${why}. Move its messages away and delete it (with it go the messages it holds): the ` +
        'service then makes it anew as IMPORT_QUEUE_TYPE says. Or declare it yourself, as a ' +
        'classic queue, or as a quorum queue with x-single-active-consumer true and x-delivery-limit ' +
        `${deliveryLimit}; or name another in IMPORT_QUEUE`,
    )
  }
}

/**
 * How a queue with these arguments can be owned. `brokerVersion` such as 3.10.8.
 * @throws UnsuitableQueue
 */
export const ownershipOf = (
  queue: string,
  { arguments: args = {} }: Options.AssertQueue,
  brokerVersion: string,
): Ownership => {
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
          'has a delivery limit: it drops a message that was in hand at so many restarts',
        )
      }
      return 'single-active-consumer'
    default:
      throw new UnsuitableQueue(queue, `is of the type ${type}, which nobody can have alone`)
  }
}

const givesBackForEver = (limit: unknown, brokerVersion: string): boolean => {
  const limitsByDefault = !brokerVersion.startsWith('3.')
  if (limit === undefined) return !limitsByDefault
  const times = Number(limit)
  return times < 0 ? limitsByDefault : times >= enoughDeliveries
}
