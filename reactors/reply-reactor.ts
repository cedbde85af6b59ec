import type { RecordedEvent } from '../application/ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../application/ports/position.ts'
import type { ReplySink } from '../application/ports/reply-sink.ts'
import type { EventProcessor } from '../application/processing/event-processor.ts'
import { replyTo } from './replies.ts'

/** Where the reply reactor keeps how far it has answered. */
export interface ReplyCheckpoint {
  read(): Promise<Position | undefined>
  /** False when the checkpoint is not `expected`: another process answers too. */
  write(expected: Position | undefined, position: Position): Promise<boolean>
}

/**
 * Answers the messages of one source: those whose events `serves` says yes to. `onReplied` is told of the events whose
 * replies are confirmed; it must not throw.
 */
export const replyReactor = (
  sink: ReplySink,
  serves: (recorded: RecordedEvent) => boolean,
  checkpoint: ReplyCheckpoint,
  onReplied: (events: ReadonlyArray<RecordedEvent>) => void,
): EventProcessor => {
  let stored: Position | undefined
  /** All up to here is confirmed, whether or not the checkpoint could be moved: it is not said again. */
  let confirmed: Position = beginning
  return {
    name: 'replies',
    checkpoint: async () => {
      stored = await checkpoint.read()
      return stored ?? beginning
    },
    apply: async (events, _from, to, signal) => {
      const served = events.filter(
        (recorded) => serves(recorded) && comparePositions(recorded.position, confirmed) > 0,
      )
      if (served.length > 0) {
        const replies = served.flatMap((recorded) => replyTo(recorded) ?? [])
        await sink.publish(replies, signal)
        onReplied(served)
      }
      if (comparePositions(to, confirmed) > 0) confirmed = to
      // Only now: the replies are confirmed and routed. Moved sooner, the checkpoint would lose them in a crash.
      if (!(await checkpoint.write(stored, to))) return 'stale'
      stored = to
      return 'applied'
    },
  }
}
