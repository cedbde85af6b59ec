import type { ChannelModel } from 'amqplib'
import { aborted, orAborted } from '../../application/or-aborted.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { ServiceLogger } from '../../application/ports/service-logger.ts'
import type { Trouble } from '../../application/ports/troubles.ts'
import { closeWithin } from './close-within.ts'
import type { RabbitMqConnection } from './connection.ts'
import type { QueueDeclaration } from './declare-queue.ts'
import { declareQueue } from './declare-queue.ts'
import { errorText } from './error-text.ts'
import type { OutgoingMessage, PublishChannel } from './publish-once.ts'
import { publishOnce } from './publish-once.ts'

export interface ConfirmedPublisherOptions extends QueueDeclaration {
  readonly connection: RabbitMqConnection
  readonly clock: Clock
  readonly logger: ServiceLogger
  /** Called with the number of messages that the broker has just confirmed and routed. */
  readonly onPublished?: (count: number) => void
}

/** Publishes persistent messages to one queue until the broker has confirmed and routed them all. */
export class ConfirmedPublisher {
  readonly #options: ConfirmedPublisherOptions
  #target: PublishChannel | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: ConfirmedPublisherOptions) {
    this.#options = options
  }

  /**
   * Publishes in order, one call after another, and repeats what was not confirmed or not routed, reconnecting as long
   * as necessary. The queue is declared even if there are no messages. Rejects with the signal's reason if it aborts,
   * and for a message that the broker will never accept. `onConfirmed`: how many messages, from the first on, are
   * confirmed and routed so far.
   */
  async publish(
    messages: ReadonlyArray<OutgoingMessage>,
    signal: AbortSignal,
    onConfirmed: (count: number) => void = () => {},
  ): Promise<void> {
    const turn = this.#last.then(() => this.#publishAll(messages, signal, onConfirmed))
    this.#last = turn.catch(() => {})
    await orAborted(turn, signal)
    signal.throwIfAborted()
  }

  async #publishAll(
    messages: ReadonlyArray<OutgoingMessage>,
    signal: AbortSignal,
    onConfirmed: (count: number) => void,
  ): Promise<void> {
    const { connection, onPublished } = this.#options
    const { troubles } = connection
    const again = connection.retry()
    let left = messages
    for (;;) {
      const target = await this.#open(signal)
      if (left.length === 0) return troubles.over(this.#component)
      try {
        const before = messages.length - left.length
        // If messages are missing in between, those after them do not count.
        const inOrder = left[0] === messages[before]
        const { unpublished, cause } = await publishOnce(
          target,
          this.#options.queue,
          left,
          signal,
          (count) => {
            if (inOrder) onConfirmed(before + count)
          },
        )
        onPublished?.(left.length - unpublished.length)
        if (unpublished.length === 0) return troubles.over(this.#component)
        troubles.met(this.#component, this.#trouble(cause))
        if (unpublished.length < left.length) again.reset()
        left = unpublished
      } catch (error) {
        this.#discard(target)
        throw error
      }
      this.#discard(target)
      await again.wait(signal)
    }
  }

  async #open(signal: AbortSignal): Promise<PublishChannel> {
    const { connection } = this.#options
    const { troubles } = connection
    const again = connection.retry()
    while (this.#target?.open !== true) {
      const model = await connection.opened(signal)
      signal.throwIfAborted()
      if (model === undefined) throw new Error('the RabbitMQ connection is closed')
      const creating = this.#create(model)
      try {
        const target = await orAborted(creating, signal)
        if (target !== aborted) this.#target = target
      } catch (error) {
        troubles.met(this.#component, this.#trouble(errorText(error)))
        await again.wait(signal)
      }
      if (signal.aborted) creating.then((late) => this.#discard(late)).catch(() => {})
      signal.throwIfAborted()
    }
    return this.#target
  }

  /** The component that publishes to the queue. */
  get #component(): string {
    return `publishing to ${this.#options.queue}`
  }

  #trouble(cause: string): Trouble {
    return { with: `queue ${this.#options.queue}`, cause }
  }

  async #create(model: ChannelModel): Promise<PublishChannel> {
    await declareQueue(model, this.#options, this.#options.clock, this.#options.logger)
    const channel = await model.createConfirmChannel()
    const target: PublishChannel = { channel, open: true, published: 0 }
    channel.on('error', () => {})
    channel.on('close', () => {
      target.open = false
    })
    return target
  }

  /** A failure is followed by a new channel: the queue is declared again, and no late answer is mixed up. */
  #discard(target: PublishChannel): void {
    target.open = false
    void closeWithin(target.channel, this.#options.clock)
  }
}
