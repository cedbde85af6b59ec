import type { EventStore } from '../ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../ports/position.ts'
import type { RawSource } from '../ports/raw-log.ts'

/**
 * Copies the checkpoints of the source to the target, each at the same event, once all events are there. A checkpoint
 * that is further along in the target is kept: moving it back would send replies again. Resolves with their number.
 * @throws Error if the store is lost, or another process moves a checkpoint
 */
export const copyCheckpoints = async (source: RawSource, target: EventStore): Promise<number> => {
  const checkpoints = await source.checkpoints()
  for (const [name, position] of checkpoints) {
    const translated = await translate(source, target, position)
    const existing = await target.readCheckpoint(name)
    if (existing !== undefined && comparePositions(existing, translated) >= 0) continue
    if (!(await target.writeCheckpoint(name, existing, translated))) {
      throw new Error(
        `another process moves the checkpoint ${name} of the target: stop everything that uses it`,
      )
    }
  }
  return checkpoints.size
}

/** The position in the target of the last event at or before a position of the source. */
const translate = async (source: RawSource, target: EventStore, position: Position): Promise<Position> => {
  const original = await source.lastUpTo(position)
  if (original === undefined) return beginning
  const [copy] = await target.readStream(original.stream, original.revision, 1)
  if (copy === undefined) throw new Error(`the target has lost an event of ${original.stream}`)
  return copy.position
}
