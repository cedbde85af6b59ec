import type { Journal, JournalEntry } from './journal.ts'
import type { ProposedEvent } from './proposed-event.ts'

export interface LogRecord extends ProposedEvent {
  readonly stream: string
  readonly revision: number
  /** Its place in the log, in bytes: both the commit and the prepare position. */
  readonly position: bigint
  readonly created: Date
}

export type Expected = 'any' | 'no stream' | 'stream exists' | number

export type Written =
  | { readonly tag: 'Success'; readonly revision: number; readonly position: bigint }
  /** All of it already existed: the server says so without a position. */
  | { readonly tag: 'Idempotent'; readonly revision: number }
  | { readonly tag: 'WrongExpectedVersion'; readonly current: number }
  | { readonly tag: 'TooLarge'; readonly limit: number }

/** Bytes; the server's default. */
const appendLimit = 1024 * 1024

/**
 * The log of the stand-in: what EventStoreDB decides about appends, without its protocol. With a journal it continues
 * where an earlier process ended, however that ended.
 */
export class MemoryLog {
  readonly all: Array<LogRecord> = []
  readonly #streams = new Map<string, Array<LogRecord>>()
  readonly #listeners = new Set<() => void>()
  readonly #journal: Journal | undefined
  #size = 0n

  constructor(journal?: Journal) {
    this.#journal = journal
    for (const entry of journal?.entries ?? []) this.#enter(entry)
    if (this.all.length > 0) return
    // As on a new server.
    this.writeSystemEvent('$UserCreated', '$users-0')
    this.writeSystemEvent('$stats', '$stats-0')
  }

  stream(name: string): ReadonlyArray<LogRecord> {
    const records = this.#streams.get(name) ?? []
    const kept = this.#maxCount(name)
    return kept === undefined ? records : records.slice(-kept)
  }

  append(stream: string, expected: Expected, events: ReadonlyArray<ProposedEvent>): Written {
    const size = events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0)
    if (size > appendLimit) return { tag: 'TooLarge', limit: appendLimit }
    const records = this.#streams.get(stream) ?? []
    const current = records.length - 1
    const at = expectedRevision(expected, current)
    if (at === undefined || at > current) return { tag: 'WrongExpectedVersion', current }
    if (at < current) {
      // The same ids at the expected place are the same append again. At the next revision they are written anew.
      const same = events.every(({ id }, i) => records[at + 1 + i]?.id === id)
      return same
        ? { tag: 'Idempotent', revision: at + events.length }
        : { tag: 'WrongExpectedVersion', current }
    }
    const last = this.#write(stream, events)
    return { tag: 'Success', revision: last?.revision ?? current, position: last?.position ?? this.#size }
  }

  /** What a server writes on its own. */
  writeSystemEvent(
    type = '$statsCollected',
    stream = '$stats-127.0.0.1:2113',
    body: object = { at: this.all.length },
  ): void {
    const data = Buffer.from(JSON.stringify(body))
    const id = `00000000-0000-4000-8000-${String(this.all.length).padStart(12, '0')}`
    this.#write(stream, [{ id, type, contentType: 'application/json', data, metadata: Buffer.alloc(0) }])
  }

  /** Redacts an event like an operator: the body is overwritten in place. The journal does not change. */
  redact(stream: string, revision: number, what: 'data' | 'all' = 'data'): void {
    const record = this.#streams.get(stream)?.[revision]
    if (record === undefined) throw new Error('no such event')
    record.data.fill(0xff)
    if (what === 'all') record.metadata.fill(0xff)
  }

  /** Calls back after every write, until the returned function is called. */
  onWrite(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #write(stream: string, events: ReadonlyArray<ProposedEvent>): LogRecord | undefined {
    const entry = { stream, created: new Date(), events }
    // Before anybody is notified: what a reader has seen must exist after a crash.
    this.#journal?.keep(entry)
    const last = this.#enter(entry)
    this.#notify()
    return last
  }

  #enter({ stream, created, events }: JournalEntry): LogRecord | undefined {
    const records = this.#streams.get(stream) ?? []
    this.#streams.set(stream, records)
    for (const event of events) {
      const record = { ...event, stream, revision: records.length, position: this.#size, created }
      records.push(record)
      this.all.push(record)
      this.#size += BigInt(100 + event.data.length + event.metadata.length)
    }
    return events.length === 0 ? undefined : records.at(-1)
  }

  #notify(): void {
    for (const listener of this.#listeners) listener()
  }

  #maxCount(name: string): number | undefined {
    const last = this.#streams.get(`$$${name}`)?.at(-1)
    if (last === undefined) return undefined
    const metadata: unknown = JSON.parse(Buffer.from(last.data).toString())
    const count =
      typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, '$maxCount') : undefined
    return typeof count === 'number' ? count : undefined
  }
}

/** The revision that the stream must have; undefined if the expectation fails whatever its revision. */
const expectedRevision = (expected: Expected, current: number): number | undefined => {
  switch (expected) {
    case 'any':
      return current
    case 'stream exists':
      return current === -1 ? undefined : current
    case 'no stream':
      return -1
    default:
      return expected
  }
}
