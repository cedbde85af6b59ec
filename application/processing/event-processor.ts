import type { RecordedEvent } from '../ports/event-store.ts'
import type { Position } from '../ports/position.ts'
import type { ApplyResult } from '../ports/projection-store.ts'

/**
 * Follows the log from its own checkpoint: a projector, whose effects are documents of a read model, or a reactor,
 * whose effects are external.
 */
export interface EventProcessor {
  readonly name: string
  /**
   * How many milliseconds events may gather before they are applied: what is applied together is written together.
   * Undefined if somebody waits for the effect.
   */
  readonly gathering?: number
  /** Where to resume: the position of the last event whose effect is complete. */
  checkpoint(): Promise<Position>
  /** Effects first, then the checkpoint from `from` to `to`: a crash in between repeats effects but loses none. */
  apply(
    events: ReadonlyArray<RecordedEvent>,
    from: Position,
    to: Position,
    signal: AbortSignal,
  ): Promise<ApplyResult>
}
