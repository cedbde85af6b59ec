import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel, ChannelModel, Options } from 'amqplib'
import { connect } from 'amqplib'
import { until } from '../until.ts'

/** A queue that is declared before it is used. */
export interface DeclaredQueue {
  readonly name: string
  readonly declaration: Options.AssertQueue
}

export interface TestMessage {
  readonly body: string | Buffer
  readonly options?: Options.Publish
}

/** A reply as a producer's program sees it. */
export interface CollectedReply {
  readonly body: unknown
  readonly importId: unknown
  /** Names the message: the tests give each one a distinct `message_id` or `correlation_id`. */
  readonly correlationId: unknown
  readonly verdict: unknown
  readonly position: unknown
  readonly options: Options.Publish
}

const on = async <A>(url: string, use: (model: ChannelModel) => Promise<A>): Promise<A> => {
  const model = await connect(url)
  model.on('error', () => {})
  try {
    return await use(model)
  } finally {
    await model.close()
  }
}

const onChannel = <A>(url: string, use: (channel: Channel) => Promise<A>): Promise<A> =>
  on(url, async (model) => use(await model.createChannel()))

/** Publishes persistent messages in order, and waits until the broker has confirmed them all. */
export const publishTo = (
  url: string,
  queue: DeclaredQueue,
  messages: Iterable<TestMessage>,
): Promise<void> =>
  on(url, async (model) => {
    const channel = await model.createConfirmChannel()
    await channel.assertQueue(queue.name, queue.declaration)
    for (const { body, options } of messages) {
      channel.publish('', queue.name, Buffer.from(body), { persistent: true, ...options })
    }
    await channel.waitForConfirms()
  })

/** Messages that wait in a queue, without those that a consumer holds. */
export const waitingIn = (url: string, queue: string): Promise<number> =>
  onChannel(url, async (channel) => (await channel.checkQueue(queue)).messageCount)

export interface ReplyCollector {
  readonly replies: ReadonlyArray<CollectedReply>
  /** Waits until this many different messages are answered. */
  answered(messages: number): Promise<void>
  /** Takes what is still in the queue, then ends. */
  close(): Promise<void>
}

/** Takes replies from their queue as long as the broker stays. */
export const collectReplies = async (url: string, queue: DeclaredQueue): Promise<ReplyCollector> => {
  const model = await connect(url)
  model.on('error', () => {})
  const channel = await model.createChannel()
  await channel.assertQueue(queue.name, queue.declaration)
  const replies: Array<CollectedReply> = []
  const answered = new Set<unknown>()
  let closing: Promise<void> | undefined
  const close = async () => {
    // The broker answers on this channel after everything that it had to deliver.
    while ((await channel.checkQueue(queue.name)).messageCount > 0) await sleep(10)
    await model.close()
  }
  await channel.consume(
    queue.name,
    (message) => {
      if (message === null) return
      const { messageId, correlationId, headers } = message.properties
      answered.add(correlationId)
      replies.push({
        body: JSON.parse(message.content.toString()),
        importId: messageId,
        correlationId,
        verdict: headers?.verdict,
        position: headers?.position,
        options: message.properties,
      })
    },
    { noAck: true },
  )
  return {
    replies,
    answered: (messages) => until(() => answered.size >= messages),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
