import type { Clock } from './ports/clock.ts'
import type { EventStore } from './ports/event-store.ts'
import { beginning, comparePositions, type Position } from './ports/position.ts'

/** Reads a projection's checkpoint. */
export type ReadCheckpoint = () => Promise<Position | undefined>

export interface Projected {
  /** The log as projections read it, which reports an event that they stop before. */
  readonly eventStore: EventStore
  readonly checkpoints: ReadonlyArray<ReadCheckpoint>
  readonly clock: Clock
}

/** Milliseconds. */
const poll = 5
/** After this many polls, check whether the projections can continue at all. */
const patience = 200

/** Waits for the projections until `isDone` or the signal aborts. @throws UnknownEvent if they stop before one */
export const untilProjected = async (
  projected: Projected,
  isDone: () => Promise<boolean> | boolean,
  signal: AbortSignal,
): Promise<void> => {
  for (let polls = 1; !signal.aborted && !(await isDone()); polls++) {
    if (polls % patience === 0) await requireNextEvents(projected, signal)
    await projected.clock.sleep(poll, signal)
  }
}

/** Waits until every projection has reached the current end, or the signal aborts. @throws UnknownEvent */
export const caughtUp = async (projected: Projected, signal: AbortSignal): Promise<void> => {
  const end = await projected.eventStore.end()
  for (const read of projected.checkpoints) {
    const isThere = async () => comparePositions((await read()) ?? beginning, end) >= 0
    await untilProjected(projected, isThere, signal)
  }
}

/** Reads the events that each projection would read next. */
const requireNextEvents = async (
  { eventStore, checkpoints }: Projected,
  signal: AbortSignal,
): Promise<void> => {
  for (const read of checkpoints) {
    for await (const _ of eventStore.read((await read()) ?? beginning, signal)) break
  }
}
