import type { ReplySink } from '../../application/ports/reply-sink.ts'
import type { ConfirmedPublisherOptions } from './confirmed-publisher.ts'
import { ConfirmedPublisher } from './confirmed-publisher.ts'
import { replyMessage } from './reply-message.ts'

export interface RabbitMqReplySinkOptions extends Omit<ConfirmedPublisherOptions, 'declaration'> {
  /** Replies expire after so many seconds; never when left out. */
  readonly messageTtlSeconds?: number
}

/** The result queue. Give it a connection of its own (see `connectRabbitMq`). */
export const rabbitMqReplySink = (options: RabbitMqReplySinkOptions): ReplySink => {
  const { messageTtlSeconds } = options
  // RabbitMQ counts the argument in milliseconds.
  const ttl = messageTtlSeconds === undefined ? {} : { messageTtl: Math.round(messageTtlSeconds * 1000) }
  const publisher = new ConfirmedPublisher({ ...options, declaration: { durable: true, ...ttl } })
  return {
    publish(replies, signal) {
      const now = options.clock.now()
      return publisher.publish(
        replies.map((reply) => replyMessage(reply, now)),
        signal,
      )
    },
  }
}
