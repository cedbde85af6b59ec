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
  /** The revision of the stream's last event; -1 if it must not exist yet. */
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
   * Written, not written, or written later. Before you decide again, read the stream. Or repeat the same append: it is
   * written at most once, and then gives `Appended` or a `Conflict`. `cause` contains no personal data.
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
  /** The limit of a single event: a larger one cannot be appended. */
  readonly maxEventBytes: number
  /** The limit of the events of one append, unless it is a single one. */
  readonly maxAppendBytes: number
}

/** The length of a secret. */
export const secretBytes = 32

export interface EventStore {
  /** Undefined if events and appends may be of any size. */
  readonly limits: EventStoreLimits | undefined

  /**
   * Appends to several streams. Each append is atomic and independent of the others; the results are in the order of
   * the appends. Two appends of one call must not name the same stream. If a store is in trouble, the result is
   * `Unknown`; rejects only for a defect.
   */
  append(appends: ReadonlyArray<StreamAppend>): Promise<ReadonlyArray<AppendResult>>

  /**
   * At most `limit` events of one stream from revision `from` (inclusive), oldest first; none if the stream does not
   * exist.
   */
  readStream(stream: string, from: number, limit: number): Promise<ReadonlyArray<RecordedEvent>>

  /**
   * All our events after a position, up to the end of the log at the time when reading gets there. Batches are never
   * empty.
   */
  read(after: Position, signal: AbortSignal): AsyncIterable<ReadonlyArray<RecordedEvent>>

  /**
   * As `read`, but waits for new events until the signal aborts, then ends. Pulled: the next batch is fetched when it
   * is requested. Never skips an event and never gives one twice. Throws if the store is lost: the caller subscribes
   * again from its own checkpoint. `gathering`: for this many milliseconds from the request of the next batch, events
   * may gather into a larger one; a full batch is not held back.
   */
  subscribe(
    after: Position,
    signal: AbortSignal,
    gathering?: number,
  ): AsyncIterable<ReadonlyArray<RecordedEvent>>

  /** Our first event after a position; undefined if there is none. */
  firstAfter(position: Position): Promise<RecordedEvent | undefined>

  /** The position of our last event; `beginning` if there is none. */
  end(): Promise<Position>

  /** Undefined until somebody has set it. */
  readIdentity(): Promise<LogIdentity | undefined>
  /** False, without writing, if the current identity is not `expected`. */
  writeIdentity(expected: LogIdentity | undefined, identity: LogIdentity): Promise<boolean>

  /** Small named checkpoints that live with the log. */
  readCheckpoint(name: string): Promise<Position | undefined>
  /** False, without writing, if the current checkpoint is not `expected`. */
  writeCheckpoint(name: string, expected: Position | undefined, position: Position): Promise<boolean>

  /**
   * Named secrets of `secretBytes` that live with the log, so that every process that uses it has them. Never reveal
   * them.
   */
  readSecret(name: string): Promise<Uint8Array | undefined>
  /** False, without writing, if the current secret is not `expected`. */
  writeSecret(name: string, expected: Uint8Array | undefined, secret: Uint8Array): Promise<boolean>
}
