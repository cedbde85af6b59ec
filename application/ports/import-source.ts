import type { MessageProperties, MessageSource } from '../../domain/events/current.ts'
import type { ImportId } from '../../domain/ids.ts'

/** Bytes that are kept of a body over the limit. */
export const keptOfOversize = 16_384

/** What is left of a body over the limit that was dropped as it came, rather than held in memory whole. */
export interface OversizeBody {
  /** Length of the whole. */
  readonly bytes: number
  /** Of the whole, in hex. */
  readonly sha256: string
  /** The first `keptOfOversize` bytes. */
  readonly beginning: Uint8Array
}

/** One message as its source hands it over. */
export interface Delivery {
  readonly body: Uint8Array | OversizeBody
  readonly source: MessageSource
  readonly properties: MessageProperties
  /** AMQP `content_encoding`; absent when the message has none. */
  readonly contentEncoding?: string
  /**
   * The import whose message this one submits again. On a queue anybody may say so, in the header `replay_of`: it counts
   * only with the mark. Absent when there is none or it is no UUID.
   */
  readonly replayOf?: ImportId
  /** From the header `replay_mark`. */
  readonly replayMark?: string
  /** True means that it may have been handed over before; false that this delivery is new. */
  readonly redelivered: boolean
  /** When it was taken: milliseconds since 1970. */
  readonly receivedAt: number
}

/** One ownership of a source, from taking it over until it is lost or ends. */
export interface ImportSession {
  /**
   * Takes up to `limit` deliveries: waits for the first, then a few milliseconds for a full batch. Undefined when the
   * session is over: the source has ended, is lost, or the signal has aborted.
   */
  take(limit: number, signal: AbortSignal): Promise<ReadonlyArray<Delivery> | undefined>
  /**
   * Acknowledges deliveries of this session. Call it only after their outcomes are durable. After the session is lost
   * it does nothing: the source hands them over again.
   */
  acknowledge(deliveries: ReadonlyArray<Delivery>): void
  /**
   * Asks the source itself, in a round trip, whether this session still owns it. A process that was suspended, or cut
   * off, may have lost it without knowing: what it holds was handed to another since.
   */
  confirmOwnership(): Promise<boolean>
  /** Gives the source up: what is not acknowledged goes back to its place. Resolves when that is done. */
  close(): Promise<void>
}

export interface ImportSource {
  /**
   * Waits until this process owns the source, reconnecting and standing by as long as it takes. Undefined when the
   * source has no more to give (a file that was read) or the signal has aborted.
   */
  open(signal: AbortSignal): Promise<ImportSession | undefined>
}
