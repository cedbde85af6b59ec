import type { EventStore } from '../ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../ports/position.ts'
import type { RawSource } from '../ports/raw-log.ts'

/**
 * Gives the target the checkpoints of the source, each at the same event there, once all events are there. One that has
 * got further in the target stays: moved back, it would send replies again. Resolves with their number.
 * @throws Error when the store is lost, or somebody else moves a checkpoint
 */
export const copyCheckpoints = async (source: RawSource, target: EventStore): Promise<number> => {
  const checkpoints = await source.checkpoints()
  for (const [name, position] of checkpoints) {
    const translated = await translate(source, target, position)
    const existing = await target.readCheckpoint(name)
    if (existing !== undefined && comparePositions(existing, translated) >= 0) continue
    if (!(await target.writeCheckpoint(name, existing, translated))) {
      throw new Error(`somebody else moves the checkpoint ${name} of the target: stop what runs on it`)
    }
  }
  return checkpoints.size
}

/** Where the last event at or before a position of the source stands in the target. */
const translate = async (source: RawSource, target: EventStore, position: Position): Promise<Position> => {
  const original = await source.lastUpTo(position)
  if (original === undefined) return beginning
  const [copy] = await target.readStream(original.stream, original.revision, 1)
  if (copy === undefined) throw new Error(`the target has lost an event of ${original.stream}`)
  return copy.position
}
