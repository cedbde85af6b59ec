import type { Clock } from './ports/clock.ts'
import type { EventStore } from './ports/event-store.ts'
import { beginning, comparePositions, type Position } from './ports/position.ts'

/** How a projection's checkpoint is read. */
export type ReadCheckpoint = () => Promise<Position | undefined>

export interface Projected {
  /** As projections read it: it tells of an event before which they stop. */
  readonly eventStore: EventStore
  readonly checkpoints: ReadonlyArray<ReadCheckpoint>
  readonly clock: Clock
}

/** Milliseconds. */
const poll = 5
/** So many polls later, we look whether the projections can go on at all. */
const patience = 200

/** Waits for the projections until `isDone` or the signal aborts. @throws UnknownEvent when they stop before one */
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

/** Waits until every projection has reached what is the end now, or the signal aborts. @throws UnknownEvent */
export const caughtUp = async (projected: Projected, signal: AbortSignal): Promise<void> => {
  const end = await projected.eventStore.end()
  for (const read of projected.checkpoints) {
    const isThere = async () => comparePositions((await read()) ?? beginning, end) >= 0
    await untilProjected(projected, isThere, signal)
  }
}

/** Reads what each projection would read next. */
const requireNextEvents = async (
  { eventStore, checkpoints }: Projected,
  signal: AbortSignal,
): Promise<void> => {
  for (const read of checkpoints) {
    for await (const _ of eventStore.read((await read()) ?? beginning, signal)) break
  }
}
