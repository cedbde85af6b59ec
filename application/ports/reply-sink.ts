import type { MessageProperties, MessageSource } from '../../domain/events/current.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { Verdict } from '../../domain/outcome.ts'
import type { Position } from './position.ts'

/** The body of a reply: exactly these five members. */
export interface ReplyBody {
  readonly error: number
  readonly error_text: string
  readonly feedback_id: string
  readonly matching_field: string
  readonly profile_id: string
}

export interface Reply {
  readonly body: ReplyBody
  readonly importId: ImportId
  /** The import whose outcome it tells: of a repetition the first one. */
  readonly outcomeOf: ImportId
  /** Undefined where the event cannot be read so far that it says. */
  readonly source: MessageSource | undefined
  /** Of the message that is answered. */
  readonly properties: MessageProperties
  readonly verdict: Verdict
  /** Of the event that the reply is made from. */
  readonly position: Position
}

export interface ReplySink {
  /**
   * Publishes in order; resolves when every reply is confirmed and routed. Of none, it makes sure that there is where
   * to publish to. Waits, reconnects and publishes again as long
   * as it takes; when the signal aborts first, rejects with its reason, and any part may have been published.
   */
  publish(replies: ReadonlyArray<Reply>, signal: AbortSignal): Promise<void>
}
