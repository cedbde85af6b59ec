import type { ImportEvent } from '../../domain/events/current.ts'
import type { StoredEvent } from '../../domain/events/stored-event.ts'
import type { LogIdentity } from './log-identity.ts'
import type { Position } from './position.ts'
import type { StoreTrouble } from './store-trouble.ts'

export interface NewEvent {
  /** A UUID. */
  readonly eventId: string
  readonly event: ImportEvent
}

export interface StreamAppend {
  readonly stream: string
  /** The revision of the stream's last event, -1 when it must not exist yet. */
  readonly expectedRevision: number
  /** At least one. */
  readonly events: ReadonlyArray<NewEvent>
}

/** `stream`: that of the append. */
export type AppendResult =
  /** Durable. `position` is that of the last event of the append. */
  | { readonly tag: 'Appended'; readonly stream: string; readonly position: Position }
  /** Nothing was written: the stream is not at the expected revision. */
  | { readonly tag: 'Conflict'; readonly stream: string }
  /**
   * Written or not, or written later. Before you decide anew, read the stream; or try the same append again: it is
   * written once at most, and then `Appended` or a `Conflict`. `cause` holds no personal data.
   */
  | { readonly tag: 'Unknown'; readonly stream: string; readonly cause: StoreTrouble }

export interface RecordedEvent {
  readonly position: Position
  readonly stream: string
  readonly revision: number
  readonly eventId: string
  readonly event: StoredEvent
}

/** In bytes of the events' JSON. */
export interface EventStoreLimits {
  /** Of a single event: a larger one cannot be appended. */
  readonly maxEventBytes: number
  /** Of the events of one append, unless it is a single one. */
  readonly maxAppendBytes: number
}

export interface EventStore {
  /** Undefined where events and appends may be of any size. */
  readonly limits: EventStoreLimits | undefined

  /**
   * Appends to several streams. Each append is atomic and independent of the others; the results are in the order of
   * the appends. Two appends of one call must not name the same stream. A store in trouble is `Unknown`: rejects only for a defect.
   */
  append(appends: ReadonlyArray<StreamAppend>): Promise<ReadonlyArray<AppendResult>>

  /** At most `limit` events of one stream from revision `from` (inclusive), oldest first; none when there is no such stream. */
  readStream(stream: string, from: number, limit: number): Promise<ReadonlyArray<RecordedEvent>>

  /** All our events after a position, to the end that is present when the reading gets there. Batches are never empty. */
  read(after: Position, signal: AbortSignal): AsyncIterable<ReadonlyArray<RecordedEvent>>

  /**
   * As `read`, but waits for what comes next until the signal aborts, then ends. Pulled: the next batch is fetched
   * when it is asked for. Never skips an event and never gives one twice. Throws when the store is lost: the caller
   * subscribes again from its own checkpoint. `gathering`: for so many milliseconds from when the next batch is asked
   * for, events may gather to a larger one; a batch that is as large as the store makes them is not held back.
   */
  subscribe(
    after: Position,
    signal: AbortSignal,
    gathering?: number,
  ): AsyncIterable<ReadonlyArray<RecordedEvent>>

  /** The position of our last event; `beginning` when there is none. */
  end(): Promise<Position>

  /** Undefined as long as nobody has given the log one. */
  readIdentity(): Promise<LogIdentity | undefined>
  /** False, and nothing written, when the identity is not `expected`, as it was read. */
  writeIdentity(expected: LogIdentity | undefined, identity: LogIdentity): Promise<boolean>

  /** Small named checkpoints that live with the log. */
  readCheckpoint(name: string): Promise<Position | undefined>
  /** False, and nothing written, when the checkpoint is not `expected`. */
  writeCheckpoint(name: string, expected: Position | undefined, position: Position): Promise<boolean>

  /** Small named secrets that live with the log, so that every process on it has them. They must not be told to anybody. */
  readSecret(name: string): Promise<Uint8Array | undefined>
  /** False, and nothing written, when the secret is not `expected`. */
  writeSecret(name: string, expected: Uint8Array | undefined, secret: Uint8Array): Promise<boolean>
}
