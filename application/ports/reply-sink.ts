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
  /** The import whose outcome is told; for a repetition, the first import. */
  readonly outcomeOf: ImportId
  /** Undefined if the event is too damaged to say. */
  readonly source: MessageSource | undefined
  /** The properties of the message that is answered. */
  readonly properties: MessageProperties
  readonly verdict: Verdict
  /** How many fields and subscriptions a replay left alone; absent if none. */
  readonly leftAlone?: number
  /** The position of the event that the reply is made from. */
  readonly position: Position
}

export interface ReplySink {
  /**
   * Publishes in order, and resolves when every reply is confirmed and routed. With no replies, it only ensures that
   * the queue exists. Waits, reconnects and publishes again as long as necessary. Rejects with the signal's reason if
   * it aborts first; any part may have been published by then. `onConfirmed` is called with the number of replies,
   * counted from the first, that are confirmed and routed so far.
   */
  publish(
    replies: ReadonlyArray<Reply>,
    signal: AbortSignal,
    onConfirmed?: (count: number) => void,
  ): Promise<void>
}
