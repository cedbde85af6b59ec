import { setTimeout as sleep } from 'node:timers/promises'
import type { ConfirmChannel } from 'amqplib'
import type { DeclaredQueue } from '../../support/rabbitmq/queues.ts'
import { until } from '../../support/until.ts'
import { keepConnected } from './broker-session.ts'
import { type TorturedMessage, torturedMessage } from './messages.ts'
import type { Pace } from './stack.ts'

/** Publishes the messages of a seed in order, like a careful producer: what was not confirmed is published again. */
export interface Feeder {
  /** Messages that were published more than once. */
  readonly publishedAgain: ReadonlySet<number>
  /**
   * Neither confirmed nor with a `message_id`: a careful producer cannot tell whether to send them again, and does not.
   */
  readonly uncertain: ReadonlySet<number>
  /** How many messages are published, from number 0. */
  published(): number
  hasConfirmed(messages: number): Promise<void>
  /** Stops publishing; resolves with the number of messages, once all that can be are confirmed. */
  finish(): Promise<number>
}

export interface FeederOptions {
  readonly url: string
  readonly queue: DeclaredQueue
  readonly seed: number
  readonly pace: Pace
  /** The highest number that was answered. */
  readonly answered: () => number
}

const tickMs = 20

export const startFeeder = (options: FeederOptions): Feeder => {
  const { url, queue, seed, answered } = options
  const { perSecond, ahead } = options.pace
  const unconfirmed = new Map<number, TorturedMessage>()
  const publishedAgain = new Set<number>()
  const uncertain = new Set<number>()
  const done = new AbortController()
  let next = 0
  let finishing = false

  const publish = (channel: ConfirmChannel, message: TorturedMessage) => {
    const { n, body, messageId, correlationId } = message
    unconfirmed.set(n, message)
    channel.publish(
      '',
      queue.name,
      body,
      { persistent: true, correlationId, ...(messageId === undefined ? {} : { messageId }) },
      (error) => {
        if (error === null || error === undefined) unconfirmed.delete(n)
      },
    )
  }
  const resume = (channel: ConfirmChannel) => {
    const left = [...unconfirmed.values()]
    unconfirmed.clear()
    for (const message of left) {
      if (message.messageId === undefined) uncertain.add(message.n)
      else {
        publishedAgain.add(message.n)
        publish(channel, message)
      }
    }
  }

  const running = keepConnected(
    url,
    async (model) => {
      const channel = await model.createConfirmChannel()
      let open = true
      channel.on('error', () => {})
      channel.on('close', () => {
        open = false
      })
      await channel.assertQueue(queue.name, queue.declaration)
      resume(channel)
      for (let budget = 0; open; await sleep(tickMs)) {
        if (finishing) {
          if (unconfirmed.size === 0) return done.abort()
          continue
        }
        budget += (perSecond * tickMs) / 1000
        for (; budget >= 1 && next - answered() < ahead; budget--)
          publish(channel, torturedMessage(seed, next++))
        budget = Math.min(budget, perSecond)
      }
    },
    done.signal,
  )
  return {
    publishedAgain,
    uncertain,
    published: () => next,
    hasConfirmed: (messages) => until(() => next - unconfirmed.size >= messages),
    finish: async () => {
      finishing = true
      await running
      return next
    },
  }
}
