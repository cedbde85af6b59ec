import { orAborted } from '../../../../application/or-aborted.ts'
import type { Delivery, ImportSession } from '../../../../application/ports/import-source.ts'
import type { SimProcess } from '../world/process.ts'
import type { Channel, ChannelClient } from './channel.ts'
import type { QueueEntry } from './queue-entry.ts'

/** Milliseconds, like the real source. */
const batchDelay = 5
const closingLimit = 1000

/** One ownership of the queue: the client's end of a channel. */
export class SimSession implements ImportSession, ChannelClient {
  readonly #process: SimProcess
  readonly #queue: string
  #channel: Channel | undefined
  readonly #tags = new Map<Delivery, number>()
  readonly #ready: Array<Delivery> = []
  #isOver = false
  #changed = () => {}

  constructor(queue: string, process: SimProcess) {
    this.#queue = queue
    this.#process = process
  }

  begin(channel: Channel): void {
    this.#channel = channel
    channel.pump()
  }

  abandon(): void {
    this.#channel?.close()
  }

  delivered(tag: number, { message, place }: QueueEntry, redelivered: boolean): void {
    if (this.#isOver) return
    const { body, properties, replay } = message
    const receivedAt = this.#process.clock.now()
    const delivery = {
      body,
      properties,
      ...replay,
      source: { kind: 'queue', queue: this.#queue },
      redelivered,
      receivedAt,
    } as const
    this.#process.say(() => `gets #${place} of ${this.#queue}${redelivered ? ', redelivered' : ''}`)
    this.#tags.set(delivery, tag)
    this.#ready.push(delivery)
    this.#changed()
  }

  closed(): void {
    if (!this.#isOver) this.#process.say(() => `has lost ${this.#queue}`)
    this.#isOver = true
    this.#ready.length = 0
    this.#changed()
  }

  async take(limit: number, signal: AbortSignal): Promise<ReadonlyArray<Delivery> | undefined> {
    const lacks = (count: number) => this.#ready.length < count && !this.#isOver && !signal.aborted
    while (lacks(1)) await orAborted(this.#nextChange(), signal)
    if (lacks(limit)) {
      const full = new AbortController()
      const late = this.#process.clock.sleep(batchDelay, full.signal).then(() => full.abort())
      while (lacks(limit) && !full.signal.aborted) await Promise.race([this.#nextChange(), late])
      full.abort()
    }
    return this.#isOver || signal.aborted ? undefined : this.#ready.splice(0, limit)
  }

  acknowledge(deliveries: ReadonlyArray<Delivery>): void {
    if (this.#isOver) return
    this.#channel?.acknowledge(
      deliveries.flatMap((delivery) => {
        const tag = this.#tags.get(delivery)
        return tag !== undefined && this.#tags.delete(delivery) ? [tag] : []
      }),
    )
  }

  async confirmOwnership(): Promise<boolean> {
    let isAnswered = false
    this.#channel?.ask(() => {
      isAnswered = true
      this.#changed()
    })
    while (!isAnswered && !this.#isOver) await this.#nextChange()
    return !this.#isOver
  }

  async close(): Promise<void> {
    const limit = this.#process.clock.sleep(closingLimit)
    const wasOver = this.#isOver
    this.#isOver = true
    this.#ready.length = 0
    if (wasOver) return
    this.#channel?.closeByClient()
    await Promise.race([this.#nextChange(), limit])
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve
    })
  }
}
