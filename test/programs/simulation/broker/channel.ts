import type { SimProcess } from '../world/process.ts'
import type { QueueEntry } from './queue-entry.ts'

/** What the client's end of a channel receives, in order. */
export interface ChannelClient {
  delivered(tag: number, entry: QueueEntry, redelivered: boolean): void
  /** The channel is lost, or closed by either side. */
  closed(): void
}

/** One queue: messages in their places, and at most one consumer. */
export interface SimQueue {
  readonly name: string
  /** Ready to be delivered, in the order of their places. */
  readonly ready: Array<QueueEntry>
  consumer: Channel | undefined
}

/** What a channel needs from its broker. */
interface ChannelBroker {
  acknowledge(entry: QueueEntry): void
  requeue(queue: string, entries: ReadonlyArray<QueueEntry>): void
}

/**
 * A channel with an exclusive consumer, as the broker sees it. Both directions keep their order. A connection that is
 * cut carries nothing any more; each side notices separately, later.
 */
export class Channel {
  readonly process: SimProcess
  readonly unacknowledged = new Map<number, QueueEntry>()
  isOpen = true
  isCut = false
  readonly #broker: ChannelBroker
  readonly #queue: SimQueue
  readonly #prefetch: number
  readonly #client: ChannelClient
  #lastTag = 0
  readonly #inbox: Array<() => void> = []
  readonly #outbox: Array<() => void> = []
  /** When the last thing sent arrives, at the client and at the broker. */
  readonly #lastArrival = { inbox: 0, outbox: 0 }

  constructor(
    broker: ChannelBroker,
    queue: SimQueue,
    process: SimProcess,
    prefetch: number,
    client: ChannelClient,
  ) {
    this.#broker = broker
    this.#queue = queue
    this.process = process
    this.#prefetch = prefetch
    this.#client = client
  }

  /** Delivers as many as may be unacknowledged at once. */
  pump(): void {
    const { ready } = this.#queue
    while (this.isOpen && this.unacknowledged.size < this.#prefetch) {
      const entry = ready.shift()
      if (entry === undefined) return
      this.#lastTag += 1
      const [tag, redelivered] = [this.#lastTag, entry.deliveries > 0]
      entry.deliveries += 1
      this.unacknowledged.set(tag, entry)
      this.#tell(() => this.#client.delivered(tag, entry, redelivered))
    }
  }

  /**
   * Closed by the broker: whatever is unacknowledged returns to the queue, and the client is told unless the line is
   * cut.
   */
  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.#queue.consumer = undefined
    this.process.world.say(
      'broker',
      () => `closes the channel of ${this.process.name} to ${this.#queue.name}`,
    )
    this.#broker.requeue(this.#queue.name, [...this.unacknowledged.values()])
    this.unacknowledged.clear()
    this.#tell(() => this.#client.closed())
  }

  /** The line is cut: broker and client notice after this many milliseconds each. */
  cut(brokerLearns: number, clientLearns: number): void {
    if (!this.isOpen || this.isCut) return
    const { world } = this.process
    world.say('broker', () => `the line to ${this.process.name} is cut`)
    this.isCut = true
    world.after(brokerLearns, () => this.close())
    world.after(clientLearns, () => this.process.resume(() => this.#client.closed()))
  }

  acknowledge(tags: ReadonlyArray<number>): void {
    this.#send(() => {
      for (const tag of tags) {
        const entry = this.unacknowledged.get(tag)
        if (entry === undefined || !this.unacknowledged.delete(tag)) continue
        this.#broker.acknowledge(entry)
      }
      this.pump()
    })
  }

  /** A round trip: only an open channel answers. */
  ask(answer: () => void): void {
    this.#send(() => this.#tell(answer))
  }

  /** Closes from the client's side, after everything that was sent before. */
  closeByClient(): void {
    this.#send(() => this.close())
  }

  #tell(run: () => void): void {
    this.#carry('inbox', run, (arrive) => this.process.resume(arrive))
  }

  #send(run: () => void): void {
    this.#carry(
      'outbox',
      () => this.isOpen && run(),
      (arrive) => arrive(),
    )
  }

  #carry(box: 'inbox' | 'outbox', run: () => void, receive: (arrive: () => void) => void): void {
    if (this.isCut) return
    const { world, faults } = this.process
    const waiting = box === 'inbox' ? this.#inbox : this.#outbox
    waiting.push(run)
    const arrival = Math.max(this.#lastArrival[box], world.now + faults.latency())
    this.#lastArrival[box] = arrival
    world.after(arrival - world.now, () => {
      if (!this.isCut) receive(() => waiting.shift()?.())
    })
  }
}
