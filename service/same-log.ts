import { CannotGoOn } from '../application/cannot-go-on.ts'
import type { EventStore } from '../application/ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../application/ports/position.ts'
import type { Checkpoints } from './progress.ts'

/** A read model was made from another log, or from a later state of this one than was put back or is left. */
export class ForeignLog extends CannotGoOn {
  constructor(projection: string, emptyLog = false) {
    super(
      `the read model "${projection}" has seen events that this event log does not hold: it belongs to another log, ${
        emptyLog
          ? 'or the log is lost, for it is empty; name the right stores, or put a backup of the log back'
          : 'or an older state of the log was put back; name the right stores, or delete the read model and it is built anew'
      }`,
    )
  }
}

/** What a position looks like tells the kind of its store. */
const shapeOf = (position: Position): number => position.split('/').length

/** @throws ForeignLog */
export const requireSameLog = async (eventStore: EventStore, checkpoints: Checkpoints): Promise<void> => {
  const seen: Array<[projection: string, checkpoint: Position]> = []
  for (const [projection, read] of checkpoints) seen.push([projection, (await read()) ?? beginning])
  // Asked last, it cannot be before what was seen of the same log.
  const end = await eventStore.end()
  for (const [projection, checkpoint] of seen) {
    if (checkpoint === beginning) continue
    if (shapeOf(checkpoint) !== shapeOf(end) || comparePositions(checkpoint, end) > 0) {
      throw new ForeignLog(projection, end === beginning)
    }
  }
}
