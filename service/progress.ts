import type { EventStore } from '../application/ports/event-store.ts'
import type { Lag } from '../application/ports/lag.ts'
import { beginning, comparePositions, distance, type Position } from '../application/ports/position.ts'
import { liveOf } from '../application/ports/projection-store.ts'
import type { ReadCheckpoint } from '../application/until-projected.ts'
import { contextOf } from '../domain/events/stored-event.ts'
import { eachReadModel, type ReadModelName, type ReadModels } from '../projections/registry.ts'

/** By read model, or other event processor. */
export type Checkpoints = ReadonlyMap<string, ReadCheckpoint>

/** The checkpoints of the live generations of read models. */
export const checkpointsOf = (readModels: ReadModels, names?: ReadonlyArray<ReadModelName>): Checkpoints =>
  new Map(
    eachReadModel(
      readModels,
      ({ store }, name) => [name, async () => (await liveOf(store))?.checkpoint],
      names,
    ),
  )

/** `now` in milliseconds since 1970. */
export const lagAt = async (
  eventStore: EventStore,
  checkpoint: Position,
  end: Position,
  now: number,
): Promise<Lag> => {
  if (comparePositions(checkpoint, end) >= 0) return { distance: 0, seconds: 0 }
  const first = await eventStore.firstAfter(checkpoint)
  const time = first === undefined ? undefined : contextOf(first.event)?.public.time
  return {
    distance: distance(checkpoint, end),
    seconds: time === undefined ? undefined : Math.max(0, (now - Date.parse(time)) / 1000),
  }
}

/** By event processor. */
export const lagsOf = async (
  eventStore: EventStore,
  checkpoints: Checkpoints,
  now: number,
): Promise<ReadonlyMap<string, Lag>> => {
  const end = await eventStore.end()
  const lags = new Map<string, Lag>()
  for (const [name, read] of checkpoints)
    lags.set(name, await lagAt(eventStore, (await read()) ?? beginning, end, now))
  return lags
}
