import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Channel, connect } from 'amqplib'
import { settings } from '../infrastructure/config/settings.ts'

export interface Queues {
  readonly imports: string
  readonly results: string
  readonly channel: Channel
  /** Messages in the result queue. */
  resultCount(): Promise<number>
  /** Publishes messages to the import queue, persistent and confirmed, each with a `message_id`. */
  fill(bodies: Iterable<Buffer>): Promise<void>
}

/** Two separate queues on the broker, deleted at the end. */
export const withQueues = async <A>(url: string, use: (queues: Queues) => Promise<A>): Promise<A> => {
  const model = await connect(url)
  const channel = await model.createConfirmChannel()
  const [imports, results] = [`bench-${randomUUID()}`, `bench-${randomUUID()}`]
  await channel.assertQueue(imports, { durable: true })
  await channel.assertQueue(results, {
    durable: true,
    messageTtl: 1000 * settings.RABBITMQ_X_MESSAGE_TTL.default,
  })
  const fill = async (bodies: Iterable<Buffer>) => {
    let sent = 0
    for (const body of bodies) {
      channel.publish('', imports, body, { persistent: true, messageId: `m-${++sent}` })
      if (sent % 1000 === 0) await channel.waitForConfirms()
    }
    await channel.waitForConfirms()
  }
  const resultCount = async () => (await channel.checkQueue(results)).messageCount
  try {
    return await use({ imports, results, channel, resultCount, fill })
  } finally {
    await channel.deleteQueue(imports)
    await channel.deleteQueue(results)
    await model.close()
  }
}

/**
 * Messages per second in the result queue, from the first one seen to the last, so without the start of the measured
 * process. Only asks the broker for the count, so that nothing but that process and the broker works.
 */
export const resultRate = async (
  { resultCount }: Queues,
  expected: number,
  hooks: { readonly onFirst?: () => void; readonly onPoll?: () => void } = {},
): Promise<number> => {
  let [start, startCount] = [0, 0]
  for (;;) {
    const count = await resultCount()
    const now = performance.now()
    if (start === 0 && count > 0) {
      ;[start, startCount] = [now, count]
      hooks.onFirst?.()
    }
    if (count >= expected) return (1000 * (count - startCount)) / (now - start)
    hooks.onPoll?.()
    await sleep(10)
  }
}
