import type { RecordedEvent } from '../../application/ports/event-store.ts'

export interface TailLimits {
  readonly events: number
  /** Characters of JSON text. */
  readonly size: number
}

interface Entry {
  readonly position: number
  readonly size: number
  readonly recorded: RecordedEvent
}

/**
 * The last events that this process appended, or read at the end of its tail, so that each follower of the log need not
 * read and parse them again. Events are dropped once all followers have taken them. Holds one gapless run of positions,
 * so whatever it returns after a position is complete.
 */
export class EventTail {
  readonly #limits: TailLimits
  #entries: Array<Entry> = []
  /** Entries before it are dropped. They are cut off when they are the majority, not one by one. */
  #start = 0
  #size = 0

  constructor(limits: TailLimits) {
    this.#limits = limits
  }

  push(position: number, recorded: RecordedEvent, size: number): void {
    const last = this.#entries.at(-1)
    // Another process has written in between, so what was kept is no longer the tail.
    if (last !== undefined && last.position + 1 !== position) this.#clear()
    this.#entries.push({ position, recorded, size })
    this.#size += size
    this.#trim()
  }

  /** True for an event after this position if pushing it drops nothing. */
  continuesAt(position: number): boolean {
    const last = this.#entries.at(-1)
    return last === undefined || last.position === position
  }

  /** The events after a position, at most `limits` of them and at least one. Empty if the tail does not know. */
  after(position: number, limits: TailLimits): Array<RecordedEvent> {
    const first = this.#entries[this.#start]
    const found: Array<RecordedEvent> = []
    if (first === undefined || position + 1 < first.position) return found
    let size = 0
    for (let i = this.#start + position + 1 - first.position; i < this.#entries.length; i++) {
      const entry = this.#entries[i]
      if (entry === undefined) break
      size += entry.size
      if (found.length === limits.events || (size > limits.size && found.length > 0)) break
      found.push(entry.recorded)
    }
    return found
  }

  /** Drops the events up to a position: nobody will ask for them again. */
  release(position: number): void {
    this.#giveUpWhile((first) => first.position <= position)
  }

  #clear(): void {
    this.#entries = []
    this.#start = 0
    this.#size = 0
  }

  #trim(): void {
    const { events, size } = this.#limits
    this.#giveUpWhile(() => this.#entries.length - this.#start > events || this.#size > size)
  }

  #giveUpWhile(isDue: (first: Entry) => boolean): void {
    for (;;) {
      const first = this.#entries[this.#start]
      if (first === undefined || !isDue(first)) break
      this.#size -= first.size
      this.#start++
    }
    if (this.#start * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#start)
      this.#start = 0
    }
  }
}
