import type { EventStore } from '../application/ports/event-store.ts'
import { beginning, distance } from '../application/ports/position.ts'
import type { ProjectionStore } from '../application/ports/projection-store.ts'
import type { ReadCheckpoint } from '../application/until-projected.ts'
import { eachReadModel, type ReadModelName, type ReadModels } from '../projections/registry.ts'

/** By read model, or other event processor. */
export type Checkpoints = ReadonlyMap<string, ReadCheckpoint>

/** The checkpoints of the live generations of read models. */
export const checkpointsOf = (readModels: ReadModels, names?: ReadonlyArray<ReadModelName>): Checkpoints =>
  new Map(eachReadModel(readModels, ({ store }, name) => [name, () => liveCheckpoint(store)], names))

const liveCheckpoint = async <Id, Document>(store: ProjectionStore<Id, Document>) =>
  (await store.generations()).find(({ live }) => live)?.checkpoint

/** By event processor: how far its checkpoint is behind the store's own end. */
export const lagOf = async (
  eventStore: EventStore,
  checkpoints: Checkpoints,
): Promise<ReadonlyMap<string, number>> => {
  const end = await eventStore.end()
  const lags = new Map<string, number>()
  for (const [name, read] of checkpoints) lags.set(name, distance((await read()) ?? beginning, end))
  return lags
}
