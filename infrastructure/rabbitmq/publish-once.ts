import type { ConfirmChannel, Message, Options } from 'amqplib'
import { IllegalOperationError } from 'amqplib'
import { amqp, errorCode, errorText } from './error-text.ts'

export interface OutgoingMessage {
  readonly body: Buffer
  readonly options: OutgoingOptions
}

export interface OutgoingOptions extends Omit<Options.Publish, 'correlationId'> {
  /** Identifies the messages of one call when the broker returns some. */
  readonly messageId: string
  /** Bytes that are not UTF-8 are a Buffer, which amqplib's types do not know (see `passByteIds`). */
  readonly correlationId?: string | Buffer
}

/** A channel in confirm mode. */
export interface PublishChannel {
  readonly channel: ConfirmChannel
  open: boolean
  /** How many messages were published on it: the broker confirms by that number. */
  published: number
}

export interface PublishResult {
  /** The messages that the broker has not confirmed, has refused, or could not route; in order. */
  readonly unpublished: ReadonlyArray<OutgoingMessage>
  /** Why there are unconfirmed messages. */
  readonly cause: string
}

/**
 * Publishes messages on a channel that nobody else uses meanwhile, and waits for the broker's answer to each, or for
 * the end of the channel. Rejects with the signal's reason if it aborts first, and if the broker refuses a message as
 * too large: it would do so forever. `onArrived`: how many messages, from the first on, are confirmed and routed so far.
 */
export const publishOnce = async (
  target: PublishChannel,
  queue: string,
  messages: ReadonlyArray<OutgoingMessage>,
  signal: AbortSignal,
  onArrived: (count: number) => void,
): Promise<PublishResult> => {
  const { channel } = target
  const first = target.published + 1
  const confirmed = new Uint8Array(messages.length)
  const returned = new Set<unknown>()
  let answered = 0
  let runEnd = 0
  let leading = 0
  let cause = 'the channel was closed'
  let failure: Error | undefined
  let closed = false
  let drained = true
  let wake = () => {}

  const answer = (tag: number, multiple: boolean, word: 1 | 2) => {
    const index = tag - first
    for (let i = multiple ? runEnd : index; i <= index; i++) {
      if (confirmed[i] === 0) {
        confirmed[i] = word
        answered++
      }
    }
    if (multiple) runEnd = Math.max(runEnd, index + 1)
    if (answered === messages.length) wake()
  }
  const hasArrived = (i: number) => confirmed[i] === arrived && !returned.has(messages[i]?.options.messageId)
  const onAck = ({ deliveryTag, multiple }: Confirm) => {
    answer(deliveryTag, multiple, arrived)
    while (leading < messages.length && hasArrived(leading)) leading++
    onArrived(leading)
  }
  const onNack = ({ deliveryTag, multiple }: Confirm) => {
    cause = 'the broker refused messages'
    answer(deliveryTag, multiple, refused)
  }
  // Arrives before the confirm of the same message: the broker also confirms what it cannot route.
  const onReturn = (message: Message) => {
    cause = 'no such queue'
    returned.add(message.properties.messageId)
  }
  const onError = (error: Error) => {
    cause = errorText(error)
    if (errorCode(error) === amqp.preconditionFailed) failure = new Error(cause)
  }
  const onClose = () => {
    closed = true
    wake()
  }
  const onDrain = () => {
    drained = true
    wake()
  }
  const onAbort = () => wake()
  const waitUntil = async (done: () => boolean) => {
    while (!done() && !closed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  // The channel's own events, not a callback per message, because they cover many messages at once.
  channel.on('ack', onAck).on('nack', onNack).on('return', onReturn)
  channel.on('error', onError).on('close', onClose).on('drain', onDrain)
  signal.addEventListener('abort', onAbort)
  try {
    for (const { body, options } of messages) {
      drained = channel.publish('', queue, body, options as Options.Publish)
      target.published++
      // Not drained still means buffered: it must not be published again.
      if (!drained) await waitUntil(() => drained)
      if (closed || signal.aborted) break
    }
    await waitUntil(() => answered === messages.length)
  } catch (error) {
    // amqplib's error for a channel that closed before we could listen.
    if (!(error instanceof IllegalOperationError)) throw error
  } finally {
    channel.off('ack', onAck).off('nack', onNack).off('return', onReturn)
    channel.off('error', onError).off('close', onClose).off('drain', onDrain)
    signal.removeEventListener('abort', onAbort)
  }
  signal.throwIfAborted()
  if (failure !== undefined) throw failure
  return { unpublished: messages.filter((_, i) => !hasArrived(i)), cause }
}

interface Confirm {
  readonly deliveryTag: number
  readonly multiple: boolean
}

const arrived = 1
const refused = 2
