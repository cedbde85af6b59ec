import type { RecordedEvent } from '../ports/event-store.ts'
import type { Position } from '../ports/position.ts'
import type { ApplyResult } from '../ports/projection-store.ts'

/**
 * What follows the log from its own checkpoint: a projector, whose effects are documents of a read model, or a reactor,
 * whose effects leave the program.
 */
export interface EventProcessor {
  readonly name: string
  /**
   * For how many milliseconds events may gather before they are applied: what is applied together is written together.
   * Undefined where somebody waits for the effect.
   */
  readonly gathering?: number
  /** Where to go on from: the position of the last event whose effect is there. */
  checkpoint(): Promise<Position>
  /** Effects first, then the checkpoint from `from` to `to`: a crash in between repeats effects and loses none. */
  apply(
    events: ReadonlyArray<RecordedEvent>,
    from: Position,
    to: Position,
    signal: AbortSignal,
  ): Promise<ApplyResult>
}
