import type {
  AppendResult,
  NewEvent,
  RecordedEvent,
  StreamAppend,
} from '../../../../application/ports/event-store.ts'
import type { LogIdentity } from '../../../../application/ports/log-identity.ts'
import { beginning, type Position } from '../../../../application/ports/position.ts'
import { sameJson } from '../../../../domain/canonical-json.ts'
import { Server } from '../world/server.ts'
import type { World } from '../world/world.ts'

export interface LogListener {
  /** Called at the moment when events become durable. `writer` is the process that appended them. */
  appended(events: ReadonlyArray<RecordedEvent>, writer: string): void
  /** Called when an append is sent, whatever becomes of it. */
  tried(events: ReadonlyArray<NewEvent>, writer: string): void
  /** A checkpoint that lives with the log has moved. */
  moved(name: string, from: Position | undefined, to: Position): void
}

/** What a backup holds of a log. */
export interface LogBackup {
  readonly events: ReadonlyArray<RecordedEvent>
  readonly checkpoints: ReadonlyMap<string, Position>
  readonly identity: LogIdentity
  readonly secrets: ReadonlyMap<string, Uint8Array>
}

const positionAt = (index: number): Position => String(index + 1) as Position

/** How many events there are up to a position. */
export const countUpTo = (position: Position): number => (position === beginning ? 0 : Number(position))

/** The event store's server: durable, and atomic for each append. */
export class EventLog extends Server {
  events: Array<RecordedEvent> = []
  checkpoints = new Map<string, Position>()
  identity: LogIdentity = {
    log_id: '10000000-0000-4000-8000-000000000000' as LogIdentity['log_id'],
    epoch: 1,
  }
  secrets = new Map<string, Uint8Array>()
  readonly #listener: LogListener
  #streams = new Map<string, Array<RecordedEvent>>()
  /** Like EventStoreDB: an append that already exists, by its event ids, is answered as appended. */
  readonly #isIdempotent: boolean
  #followers: Array<() => void> = []

  constructor(world: World, isIdempotent: boolean, listener: LogListener) {
    super('log', world)
    this.#isIdempotent = isIdempotent
    this.#listener = listener
  }

  tried({ events }: StreamAppend, writer: string): void {
    this.#listener.tried(events, writer)
  }

  append({ stream, expectedRevision, events }: StreamAppend, writer: string): AppendResult {
    const present = this.stream(stream)
    if (present.length - 1 !== expectedRevision) {
      const again = present.slice(expectedRevision + 1, expectedRevision + 1 + events.length)
      const last = again.at(-1)
      const isThere =
        again.length === events.length && again.every((e, i) => e.eventId === events[i]?.eventId)
      return this.#isIdempotent && last !== undefined && isThere
        ? { tag: 'Appended', stream, position: last.position }
        : { tag: 'Conflict', stream }
    }
    const appended = events.map(({ eventId, event }, i): RecordedEvent => {
      const position = positionAt(this.events.length + i)
      // As any store returns it: decisions must not share state with what is stored.
      return {
        position,
        stream,
        revision: present.length + i,
        eventId,
        event: JSON.parse(JSON.stringify(event)),
      }
    })
    present.push(...appended)
    this.#streams.set(stream, present)
    this.events.push(...appended)
    this.#listener.appended(appended, writer)
    for (const wake of this.#followers.splice(0)) wake()
    return { tag: 'Appended', stream, position: this.end() }
  }

  stream(name: string): Array<RecordedEvent> {
    return this.#streams.get(name) ?? []
  }

  streamNames(): ReadonlyArray<string> {
    return [...this.#streams.keys()]
  }

  at(position: Position): RecordedEvent | undefined {
    return this.events[countUpTo(position) - 1]
  }

  after(position: Position, limit: number): ReadonlyArray<RecordedEvent> {
    const first = countUpTo(position)
    return this.events.slice(first, first + limit)
  }

  end(): Position {
    return this.events.at(-1)?.position ?? beginning
  }

  moveCheckpoint(name: string, expected: Position | undefined, position: Position): boolean {
    if (this.checkpoints.get(name) !== expected) return false
    this.checkpoints.set(name, position)
    this.#listener.moved(name, expected, position)
    return true
  }

  changeIdentity(expected: LogIdentity | undefined, identity: LogIdentity): boolean {
    const isExpected = sameJson(this.identity, expected ?? null)
    if (isExpected) this.identity = identity
    return isExpected
  }

  changeSecret(name: string, expected: Uint8Array | undefined, secret: Uint8Array): boolean {
    const present = this.secrets.get(name)
    const isExpected =
      present === undefined || expected === undefined
        ? present === expected
        : Buffer.compare(present, expected) === 0
    if (isExpected) this.secrets.set(name, secret)
    return isExpected
  }

  backUp(): LogBackup {
    const { events, checkpoints, identity, secrets } = this
    return {
      events: [...events],
      checkpoints: new Map(checkpoints),
      identity,
      secrets: new Map(secrets),
    }
  }

  /** Nobody uses the log meanwhile. */
  restore({ events, checkpoints, secrets }: LogBackup, identity: LogIdentity): void {
    this.events = [...events]
    this.checkpoints = new Map(checkpoints)
    this.identity = identity
    this.secrets = new Map(secrets)
    this.#streams = new Map()
    for (const recorded of events) {
      const present = this.#streams.get(recorded.stream)
      if (present === undefined) this.#streams.set(recorded.stream, [recorded])
      else present.push(recorded)
    }
  }

  /** Wakes once: when something is appended, or followers lose the store. */
  follow(wake: () => void): void {
    this.#followers.push(wake)
  }

  override goAway(ms: number): void {
    super.goAway(ms)
    for (const wake of this.#followers.splice(0)) wake()
  }
}
