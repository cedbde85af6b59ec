import { CannotGoOn } from '../application/cannot-go-on.ts'
import type { EventStore } from '../application/ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../application/ports/position.ts'
import type { Checkpoints } from './progress.ts'

/** A read model was built from another log, or from a later state of this log than the restored or remaining one. */
export class ForeignLog extends CannotGoOn {
  constructor(projection: string, emptyLog = false) {
    super(
      `the read model "${projection}" contains events that are not in this log: it belongs to another log, ${
        emptyLog ? 'or the log was lost, since it is empty' : 'or an older state of the log was restored'
      }. Check --data, EVENTSTORE_URL and MONGODB_URL, or ${
        emptyLog ? 'restore a backup of the log' : 'delete the read model: it will be rebuilt'
      }`,
    )
  }
}

/** The form of a position reveals the kind of its store. */
const shapeOf = (position: Position): number => position.split('/').length

/** @throws ForeignLog */
export const requireSameLog = async (eventStore: EventStore, checkpoints: Checkpoints): Promise<void> => {
  const seen: Array<[projection: string, checkpoint: Position]> = []
  for (const [projection, read] of checkpoints) seen.push([projection, (await read()) ?? beginning])
  // Asked last, so that it cannot be before a checkpoint of the same log.
  const end = await eventStore.end()
  for (const [projection, checkpoint] of seen) {
    if (checkpoint === beginning) continue
    if (shapeOf(checkpoint) !== shapeOf(end) || comparePositions(checkpoint, end) > 0) {
      throw new ForeignLog(projection, end === beginning)
    }
  }
}
