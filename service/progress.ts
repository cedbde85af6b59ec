import type { EventStore } from '../application/ports/event-store.ts'
import { beginning, distance } from '../application/ports/position.ts'
import type { ReadCheckpoint } from '../application/until-projected.ts'

/** By projection. */
export type Checkpoints = ReadonlyMap<string, ReadCheckpoint>

/** By projection: how far its checkpoint is behind the store's own end. */
export const lagOf = async (
  eventStore: EventStore,
  checkpoints: Checkpoints,
): Promise<ReadonlyMap<string, number>> => {
  const end = await eventStore.end()
  const lags = new Map<string, number>()
  for (const [name, read] of checkpoints) lags.set(name, distance((await read()) ?? beginning, end))
  return lags
}
