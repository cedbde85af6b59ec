import type { MessageProperties, MessageSource, PersonalContext } from '../../domain/events/current.ts'
import type { ImportId } from '../../domain/ids.ts'

/** Bytes kept of a body over the limit. */
export const keptOfOversize = 16_384

/** What is left of a body over the limit, which was dropped as it arrived instead of being held in memory. */
export interface OversizeBody {
  /** Length of the whole body. */
  readonly bytes: number
  /** SHA-256 of the whole body, in hex. */
  readonly sha256: string
  /** The first `keptOfOversize` bytes. */
  readonly beginning: Uint8Array
}

/** What a replay says about itself. */
export interface ReplayClaim {
  /** The import whose message this one resubmits. */
  readonly replayOf: ImportId
  /** What was changed in the message before: a list of JSON objects, as JSON. Absent if nothing. */
  readonly fixes?: string
  /** True if it may overwrite what later imports have changed; otherwise absent. */
  readonly overwrite?: true
}

/**
 * One message as handed over by its source. On a queue, anyone can claim to resubmit an import, in the header
 * `replay_of`, so it counts only with the mark. `replayOf` is absent if missing or not a UUID.
 */
export interface Delivery extends Partial<ReplayClaim> {
  readonly body: Uint8Array | OversizeBody
  readonly source: MessageSource
  readonly properties: MessageProperties
  /** AMQP headers that are strings, numbers or booleans, up to 4 KiB as JSON; absent if none. */
  readonly headers?: NonNullable<PersonalContext['headers']>
  /** AMQP `content_encoding`, if the message has one. */
  readonly contentEncoding?: string
  /** Only in a rehearsal: the import that it stands for. */
  readonly importId?: ImportId
  /** From the header `replay_mark`. */
  readonly replayMark?: string
  /** True: it may have been handed over before. False: this delivery is new. */
  readonly redelivered: boolean
  /** When it was taken: milliseconds since 1970. */
  readonly receivedAt: number
}

/** One ownership of a source, from taking it over until it is lost or ends. */
export interface ImportSession {
  /**
   * Takes up to `limit` deliveries: waits for the first, then a few milliseconds for a full batch. Undefined if the
   * session is over: the source has ended or is lost, or the signal has aborted.
   */
  take(limit: number, signal: AbortSignal): Promise<ReadonlyArray<Delivery> | undefined>
  /**
   * Acknowledges deliveries of this session. Call it only after their outcomes are durable. Does nothing once the
   * session is lost: the source delivers them again.
   */
  acknowledge(deliveries: ReadonlyArray<Delivery>): void
  /**
   * Asks the source, in a round trip, whether this session still owns it. A process that was suspended or cut off may
   * have lost it without knowing, and its deliveries have been handed to another since.
   */
  confirmOwnership(): Promise<boolean>
  /** Gives up the source: unacknowledged messages are returned in place. Resolves when that is done. */
  close(): Promise<void>
}

export interface ImportSource {
  /**
   * Waits until this process owns the source, reconnecting and standing by as long as necessary. Undefined if the
   * source has ended (a file that was read) or the signal has aborted.
   */
  open(signal: AbortSignal): Promise<ImportSession | undefined>
}
