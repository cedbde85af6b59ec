import type { Reply } from '../../../../application/ports/reply-sink.ts'
import type { SimProcess } from '../world/process.ts'
import { Server } from '../world/server.ts'
import type { World } from '../world/world.ts'
import type { SimQueue } from './channel.ts'
import type { Published, QueueEntry } from './queue-entry.ts'

export interface BrokerListener {
  /** A message has left its queue for good. */
  acknowledged(message: Published): void
}

/** The broker: durable queues, exclusive consumers, and the replies that it has confirmed. */
export class Broker extends Server {
  replies: Array<Reply> = []
  /** Everything that was ever published, in order. */
  readonly published: Array<QueueEntry> = []
  readonly queues = new Map<string, SimQueue>()
  readonly #listener: BrokerListener
  #lastPlace = 0

  constructor(world: World, queues: ReadonlyArray<string>, listener: BrokerListener) {
    super('broker', world)
    this.#listener = listener
    for (const name of queues) this.queues.set(name, { name, ready: [], consumer: undefined })
  }

  queue(name: string): SimQueue {
    const queue = this.queues.get(name)
    if (queue === undefined) throw new Error(`no queue ${name}`)
    return queue
  }

  publish(message: Published): void {
    this.#lastPlace += 1
    const queue = this.queue(message.queue)
    const entry = { place: this.#lastPlace, message, deliveries: 0 }
    this.published.push(entry)
    queue.ready.push(entry)
    queue.consumer?.pump()
  }

  acknowledge(entry: QueueEntry): void {
    this.#listener.acknowledged(entry.message)
  }

  /** Returned to its place, from which it is redelivered. */
  requeue(name: string, entries: ReadonlyArray<QueueEntry>): void {
    const { ready } = this.queue(name)
    ready.push(...entries)
    ready.sort((a, b) => a.place - b.place)
  }

  /** What is in the queues, delivered or not. */
  unacknowledged(): ReadonlySet<QueueEntry> {
    return new Set(
      [...this.queues.values()].flatMap(({ ready, consumer }) => [
        ...ready,
        ...(consumer?.unacknowledged.values() ?? []),
      ]),
    )
  }

  /** No message waits, and none is unacknowledged. */
  isEmpty(): boolean {
    return [...this.queues.values()].every(
      ({ ready, consumer }) => ready.length === 0 && (consumer?.unacknowledged.size ?? 0) === 0,
    )
  }

  /** The connections of a process that has ended. */
  disconnect(process: SimProcess): void {
    for (const { consumer } of this.queues.values()) if (consumer?.process === process) consumer.close()
  }

  /** A restart: every channel is closed, and acknowledgements on their way are lost. */
  restart(ms: number): void {
    this.goAway(ms)
    for (const { consumer } of this.queues.values()) consumer?.close()
  }
}
