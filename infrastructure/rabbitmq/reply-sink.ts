import type { ReplySink } from '../../application/ports/reply-sink.ts'
import type { ConfirmedPublisherOptions } from './confirmed-publisher.ts'
import { ConfirmedPublisher } from './confirmed-publisher.ts'
import { replyMessage } from './reply-message.ts'

/** The result queue. Give it a connection of its own (see `connectRabbitMq`). */
export const rabbitMqReplySink = (options: ConfirmedPublisherOptions): ReplySink => {
  const publisher = new ConfirmedPublisher(options)
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
