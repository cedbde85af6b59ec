import type { AppendResult, EventStoreLimits } from './event-store.ts'
import type { LogIdentity } from './log-identity.ts'
import type { Position } from './position.ts'

/** An event as its store holds it, not decoded, so that nothing is lost of old or unreadable events. */
export interface RawLogEvent {
  readonly position: Position
  readonly stream: string
  readonly revision: number
  readonly eventId: string
  readonly type: string
  /** JSON, unless the event is damaged. */
  readonly data: string
  /** As `data`, without what the store adds for its own tools. */
  readonly metadata: string
}

interface RawReader {
  /**
   * All our events after a position, up to the end of the log at the time when reading gets there. Batches are never
   * empty.
   */
  read(after: Position, signal: AbortSignal): AsyncIterable<ReadonlyArray<RawLogEvent>>
}

/** The log that is copied from. */
export interface RawSource extends RawReader {
  count(): Promise<{ readonly events: number; readonly streams: number }>
  /** The last event at or before a position. */
  lastUpTo(position: Position): Promise<RawLogEvent | undefined>
  checkpoints(): Promise<ReadonlyMap<string, Position>>
  secrets(): Promise<ReadonlyMap<string, Uint8Array>>
  identity(): Promise<LogIdentity | undefined>
}

/** The log that is copied to. */
export interface RawTarget extends RawReader {
  readonly limits: EventStoreLimits
  /** As `EventStore.append`, for consecutive events of one stream, at the revisions that they have. */
  append(events: readonly [RawLogEvent, ...Array<RawLogEvent>]): Promise<AppendResult>
}
