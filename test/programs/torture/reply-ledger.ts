import { setTimeout as sleep } from 'node:timers/promises'
import type { DeclaredQueue } from '../../support/rabbitmq/queues.ts'
import { waitingIn } from '../../support/rabbitmq/queues.ts'
import { keepConnected } from './broker-session.ts'

/** The content of a reply, as one text. */
export const replyText = (reply: {
  readonly correlationId: unknown
  readonly importId: unknown
  readonly verdict: unknown
  readonly body: unknown
}): string => JSON.stringify([reply.correlationId, reply.importId, reply.verdict, reply.body])

/** Every reply that arrived, as its producer sees it. */
export interface ReplyLedger {
  /** By the position of the event that they were made from: all different contents. */
  readonly byPosition: ReadonlyMap<string, ReadonlyArray<string>>
  /** All replies, including repeated ones. */
  count(): number
  /** The highest number of an answered message, -1 before the first. */
  answered(): number
  /** Takes the rest from the queue, then ends. */
  close(): Promise<void>
}

export const collectAllReplies = (url: string, queue: DeclaredQueue): ReplyLedger => {
  const byPosition = new Map<string, Array<string>>()
  const done = new AbortController()
  let count = 0
  let answered = -1

  const note = (properties: Record<string, unknown>, headers: Record<string, unknown>, content: Buffer) => {
    const { correlationId, messageId } = properties
    const said = replyText({
      correlationId,
      importId: messageId,
      verdict: headers.verdict,
      body: JSON.parse(content.toString()),
    })
    count++
    answered = Math.max(answered, Number(/^n-(\d+)$/.exec(String(correlationId))?.[1] ?? -1))
    const position = String(headers.position)
    const before = byPosition.get(position)
    if (before === undefined) byPosition.set(position, [said])
    else if (!before.includes(said)) before.push(said)
  }
  const running = keepConnected(
    url,
    async (model) => {
      const channel = await model.createChannel()
      channel.on('error', () => {})
      await channel.assertQueue(queue.name, queue.declaration)
      await channel.prefetch(500)
      await channel.consume(queue.name, (message) => {
        if (message === null) return
        note({ ...message.properties }, { ...message.properties.headers }, message.content)
        // Acknowledged after it is noted, so that a killed broker cannot lose a reply for us.
        channel.ack(message)
      })
    },
    done.signal,
  )
  return {
    byPosition,
    count: () => count,
    answered: () => answered,
    close: async () => {
      for (let before = -1; count > before || (await waitingIn(url, queue.name)) > 0; await sleep(500))
        before = count
      done.abort()
      await running
    },
  }
}
