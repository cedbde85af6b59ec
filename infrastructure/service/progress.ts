import type { Clock } from '../../application/ports/clock.ts'
import type { EventStore } from '../../application/ports/event-store.ts'
import { beginning, comparePositions, distance, type Position } from '../../application/ports/position.ts'

/** How a projection's checkpoint is read. */
export type Checkpoints = ReadonlyMap<string, () => Promise<Position | undefined>>

/** Milliseconds. */
const poll = 5

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

/** Resolves when every projection has reached what is the end now, or when the signal aborts. */
export const caughtUp = async (
  eventStore: EventStore,
  checkpoints: Checkpoints,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> => {
  const end = await eventStore.end()
  for (const read of checkpoints.values()) {
    while (!signal.aborted && comparePositions((await read()) ?? beginning, end) < 0) {
      await clock.sleep(poll, signal)
    }
  }
}
