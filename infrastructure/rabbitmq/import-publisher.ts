import { aborted, orAborted } from '../../application/or-aborted.ts'
import type { ReplayClaim } from '../../application/ports/import-source.ts'
import type { ConfirmedPublisherOptions } from './confirmed-publisher.ts'
import { ConfirmedPublisher } from './confirmed-publisher.ts'
import { type ImportQueueType, importQueueDeclaration } from './import-queue.ts'
import type { OutgoingMessage } from './publish-once.ts'
import { fitsProperty } from './reply-message.ts'
import { replayFixesHeader, replayMarkHeader, replayOfHeader, replayOverwriteHeader } from './to-delivery.ts'

export interface ImportMessage {
  readonly body: Uint8Array | string
  /** 1 to 255 bytes of UTF-8. */
  readonly messageId: string
  readonly replay?: ReplayClaim & { readonly mark: string }
}

export interface RabbitMqPublisher {
  /**
   * Publishes messages to the import queue in order, and resolves with their number when all are confirmed and routed.
   * `onProgress` gets the number confirmed so far. Rejects with the error of `messages`, after everything before it is
   * published; for a message that no broker accepts; and after `close`, when any part may have been published.
   */
  send(messages: AsyncIterable<ImportMessage>, onProgress?: (sent: number) => void): Promise<number>
  close(): void
}

/** Properties of every message that is published here. */
export const contentEncoding = 'utf-8'

/** Messages that may be on their way, not yet confirmed. */
export const maxPending = 2000
const maxPendingBytes = 8 * 1024 * 1024

export interface RabbitMqPublisherOptions extends Omit<ConfirmedPublisherOptions, 'declaration'> {
  readonly queueType: ImportQueueType
}

/** The publisher that `send` and `replay` use. */
export const rabbitMqPublisher = (options: RabbitMqPublisherOptions): RabbitMqPublisher => {
  const declaration = importQueueDeclaration(options.queueType)
  const publisher = new ConfirmedPublisher({ ...options, declaration })
  const closing = new AbortController()

  return {
    async send(messages, onProgress) {
      let sent = 0
      let pending: Array<OutgoingMessage> = []
      let pendingBytes = 0
      let publishing: Promise<void> | undefined
      let failure: { readonly error: unknown } | undefined

      // While one batch is under way, the next one gathers, so a slow source does not wait for a full batch.
      const publishPending = async (): Promise<void> => {
        while (pending.length > 0 && failure === undefined) {
          const batch = pending
          pending = []
          pendingBytes = 0
          try {
            await publisher.publish(batch, closing.signal)
            sent += batch.length
            onProgress?.(sent)
          } catch (error) {
            failure = { error }
          }
        }
        publishing = undefined
      }

      try {
        for await (const message of untilAborted(messages, closing.signal)) {
          const outgoing = importMessage(message)
          pending.push(outgoing)
          pendingBytes += outgoing.body.length
          publishing ??= publishPending()
          if (pending.length >= maxPending || pendingBytes >= maxPendingBytes) await publishing
          if (failure !== undefined) break
        }
      } finally {
        await publishing
      }
      if (failure !== undefined) throw failure.error
      return sent
    },
    close: () => closing.abort(new Error('the publisher was closed')),
  }
}

/** Rejects as soon as the signal aborts, even while the source waits for more. */
async function* untilAborted<A>(items: AsyncIterable<A>, signal: AbortSignal): AsyncGenerator<A> {
  const source = items[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await orAborted(source.next(), signal)
      if (next === aborted) throw signal.reason
      if (next.done) return
      yield next.value
    }
  } finally {
    // Not awaited: a source that waits ends only after what it waits for.
    source.return?.().catch(() => {})
  }
}

const importMessage = ({ body, messageId, replay }: ImportMessage): OutgoingMessage => {
  if (!fitsProperty(messageId)) throw new Error('a message id must have 1 to 255 bytes')
  return {
    body:
      typeof body === 'string'
        ? Buffer.from(body)
        : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    options: {
      mandatory: true,
      persistent: true,
      contentType: 'application/json',
      contentEncoding,
      messageId,
      ...(replay && { headers: headersOf(replay) }),
    },
  }
}

const headersOf = ({ replayOf, fixes, overwrite, mark }: NonNullable<ImportMessage['replay']>) => ({
  [replayOfHeader]: replayOf,
  ...(fixes !== undefined && { [replayFixesHeader]: fixes }),
  ...(overwrite && { [replayOverwriteHeader]: true }),
  [replayMarkHeader]: mark,
})
