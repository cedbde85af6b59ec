import type { Options } from 'amqplib'
import type { ReplySink } from '../../application/ports/reply-sink.ts'
import type { ConfirmedPublisherOptions } from './confirmed-publisher.ts'
import { ConfirmedPublisher } from './confirmed-publisher.ts'
import { replyMessage } from './reply-message.ts'

export interface RabbitMqReplySinkOptions extends Omit<ConfirmedPublisherOptions, 'declaration'> {
  /** Replies expire after this many seconds; never if undefined. */
  readonly messageTtlSeconds?: number
}

/** `messageTtlSeconds`: none if undefined. */
export const resultQueueDeclaration = (messageTtlSeconds: number | undefined): Options.AssertQueue => ({
  durable: true,
  // RabbitMQ expects milliseconds.
  ...(messageTtlSeconds === undefined ? {} : { messageTtl: Math.round(messageTtlSeconds * 1000) }),
})

/** The result queue. Needs a separate connection (see `connectRabbitMq`). */
export const createRabbitMqReplySink = (options: RabbitMqReplySinkOptions): ReplySink => {
  const publisher = new ConfirmedPublisher({
    ...options,
    declaration: resultQueueDeclaration(options.messageTtlSeconds),
  })
  return {
    publish(replies, signal, onConfirmed) {
      const now = options.clock.now()
      return publisher.publish(
        replies.map((reply) => replyMessage(reply, now)),
        signal,
        onConfirmed,
      )
    },
  }
}
