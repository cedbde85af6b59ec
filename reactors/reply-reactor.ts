import { orAborted } from '../application/or-aborted.ts'
import type { Clock } from '../application/ports/clock.ts'
import type { RecordedEvent } from '../application/ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../application/ports/position.ts'
import type { ReplySink } from '../application/ports/reply-sink.ts'
import type { EventProcessor } from '../application/processing/event-processor.ts'
import { meanwhile } from '../application/processing/meanwhile.ts'
import { replyTo } from '../application/reply-to.ts'

/** Stores how far the reply reactor has answered. */
export interface ReplyCheckpoint {
  read(): Promise<Position | undefined>
  /** False if the checkpoint is not `expected`: another process answers too. */
  write(expected: Position | undefined, position: Position): Promise<boolean>
}

/**
 * Milliseconds between two writes of the checkpoint while a batch of replies is being confirmed. A confirmed reply waits
 * that long for its checkpoint, plus the duration of a write. Each write costs the store an append.
 */
const checkpointInterval = 50

/**
 * Answers the messages of one source: those for whose events `serves` is true. `onReplied` gets the events whose replies
 * are confirmed, and must not throw.
 */
export const createReplyReactor = (
  sink: ReplySink,
  serves: (recorded: RecordedEvent) => boolean,
  checkpoint: ReplyCheckpoint,
  clock: Clock,
  onReplied: (events: ReadonlyArray<RecordedEvent>) => void,
): EventProcessor => {
  let stored: Position | undefined
  /** Everything up to here is confirmed, told, and not sent again, whether or not the checkpoint could be moved. */
  let confirmed: Position = beginning

  const moveTo = async (position: Position): Promise<boolean> => {
    if (!(await checkpoint.write(stored, position))) return false
    stored = position
    return true
  }

  /** Before the checkpoint moves: what is not told by then would not be told after a restart either. */
  const confirm = (served: ReadonlyArray<RecordedEvent>, to: Position): void => {
    if (comparePositions(to, confirmed) <= 0) return
    const replied = served.filter(
      ({ position }) => comparePositions(position, confirmed) > 0 && comparePositions(position, to) <= 0,
    )
    if (replied.length > 0) onReplied(replied)
    confirmed = to
  }

  /** Moves the checkpoint past the confirmed replies while the others wait for the broker. */
  const publish = async (served: ReadonlyArray<RecordedEvent>, signal: AbortSignal): Promise<void> => {
    const replies = served.flatMap((recorded) => replyTo(recorded) ?? [])
    let answered: Position | undefined
    const publishing = sink.publish(replies, signal, (count) => {
      answered = replies[count - 1]?.position ?? answered
    })
    let hasMoved = true
    await meanwhile(clock, checkpointInterval, publishing, async () => {
      // After a write that did not succeed, or that a stop did not wait for, it moves only with the whole batch.
      if (!hasMoved || answered === undefined || answered === stored) return
      confirm(served, answered)
      hasMoved = (await orAborted(moveTo(answered), signal).catch(() => false)) === true
    })
  }

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
      if (served.length > 0) await publish(served, signal)
      confirm(served, to)
      // Only after the replies are confirmed and routed: moving the checkpoint earlier could lose them in a crash.
      return (await moveTo(to)) ? 'applied' : 'stale'
    },
  }
}
