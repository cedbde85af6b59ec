import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { Position } from '../application/ports/position.ts'
import type { ApplyResult } from '../application/ports/projection-store.ts'

/** A projection bound to where its effects go. */
export interface Projector {
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
