import type { Channel, ConsumeMessage } from 'amqplib'
import { orAborted } from '../../application/or-aborted.ts'
import type { Clock } from '../../application/ports/clock.ts'
import type { Delivery, ImportSession, OversizeBody } from '../../application/ports/import-source.ts'
import type { MessageSource } from '../../domain/events/current.ts'
import { nextTurn } from '../system/next-turn.ts'
import { acknowledger } from './acknowledger.ts'
import { closeWithin } from './close-within.ts'
import { dropOversizeBodies } from './oversize-bodies.ts'
import { toDelivery } from './to-delivery.ts'

export interface ConsumeOptions {
  readonly queue: string
  /** The broker sends at most this many messages ahead of their acknowledgement. */
  readonly prefetch: number
  /** Of larger bodies, only what `OversizeBody` contains is kept. */
  readonly maxMessageBytes: number
  /** How long an incomplete batch waits for more, in milliseconds. */
  readonly batchDelayMs: number
  readonly clock: Clock
}

/** The deliveries of a channel from its queue. `token`: a queue that belongs to us as long as we own that one. */
export class SourceSession implements ImportSession {
  readonly #channel: Channel
  readonly #token: string
  readonly #options: ConsumeOptions
  readonly #source: MessageSource
  readonly #tags = new WeakMap<Delivery, number>()
  readonly #acknowledgeTags: (tags: Array<number>) => void
  readonly #oversizeOf: (properties: object) => OversizeBody | undefined
  readonly #ready: Array<Delivery> = []
  #over = false
  /** Wakes the `take` that waits for `#wanted` deliveries. */
  #wake = () => {}
  #wanted = 0

  constructor(channel: Channel, token: string, options: ConsumeOptions) {
    this.#channel = channel
    this.#token = token
    this.#options = options
    this.#source = { kind: 'queue', queue: options.queue }
    this.#acknowledgeTags = acknowledger(channel)
    this.#oversizeOf = dropOversizeBodies(channel, options.maxMessageBytes)
    channel.on('close', () => this.#end())
  }

  /** The consumer's callback. Null means that the broker has cancelled the consumer: the queue is gone. */
  deliver(message: ConsumeMessage | null): void {
    if (message === null) {
      void this.close()
      return
    }
    if (this.#over) return
    const oversize = this.#oversizeOf(message.properties)
    const delivery = toDelivery(message, oversize, this.#source, this.#options.clock.now())
    this.#tags.set(delivery, message.fields.deliveryTag)
    this.#ready.push(delivery)
    if (this.#ready.length >= this.#wanted) this.#wake()
  }

  async take(limit: number, signal: AbortSignal): Promise<ReadonlyArray<Delivery> | undefined> {
    await nextTurn()
    await this.#has(1, signal)
    if (this.#ready.length < limit && !this.#over && !signal.aborted) {
      const full = new AbortController()
      await Promise.race([
        this.#has(limit, signal),
        this.#options.clock.sleep(this.#options.batchDelayMs, full.signal),
      ])
      full.abort()
      this.#wake()
    }
    return this.#over || signal.aborted ? undefined : this.#ready.splice(0, limit)
  }

  acknowledge(deliveries: ReadonlyArray<Delivery>): void {
    // Tags are valid only on the channel that delivered them.
    if (this.#over) return
    const tags: Array<number> = []
    for (const delivery of deliveries) {
      const tag = this.#tags.get(delivery)
      if (tag !== undefined && this.#tags.delete(delivery)) tags.push(tag)
    }
    this.#acknowledgeTags(tags)
  }

  async confirmOwnership(): Promise<boolean> {
    if (this.#over) return false
    try {
      // Our deliveries live and die with the channel, and the broker reports a cancelled consumer before it answers.
      await this.#channel.checkQueue(this.#token)
    } catch {
      return false
    }
    return !this.#over
  }

  async close(): Promise<void> {
    this.#end()
    // Closing the channel returns everything unacknowledged in place, after the acknowledgements sent before.
    await closeWithin(this.#channel, this.#options.clock)
  }

  #end(): void {
    this.#over = true
    this.#ready.length = 0
    this.#wake()
  }

  async #has(count: number, signal: AbortSignal): Promise<void> {
    if (this.#ready.length >= count || this.#over) return
    this.#wanted = count
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    await orAborted(woken, signal)
  }
}
