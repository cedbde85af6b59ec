import type { RecordedEvent } from '../application/ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../application/ports/position.ts'
import type { ReplySink } from '../application/ports/reply-sink.ts'
import type { EventProcessor } from '../application/processing/event-processor.ts'
import { replyTo } from '../application/reply-to.ts'

/** Stores how far the reply reactor has answered. */
export interface ReplyCheckpoint {
  read(): Promise<Position | undefined>
  /** False if the checkpoint is not `expected`: another process answers too. */
  write(expected: Position | undefined, position: Position): Promise<boolean>
}

/**
 * Answers the messages of one source: those for whose events `serves` is true. `onReplied` gets the events whose replies
 * are confirmed, and must not throw.
 */
export const createReplyReactor = (
  sink: ReplySink,
  serves: (recorded: RecordedEvent) => boolean,
  checkpoint: ReplyCheckpoint,
  onReplied: (events: ReadonlyArray<RecordedEvent>) => void,
): EventProcessor => {
  let stored: Position | undefined
  /** Everything up to here is confirmed and not sent again, whether or not the checkpoint could be moved. */
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
      // Only after the replies are confirmed and routed: moving the checkpoint earlier could lose them in a crash.
      if (!(await checkpoint.write(stored, to))) return 'stale'
      stored = to
      return 'applied'
    },
  }
}
