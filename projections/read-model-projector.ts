import { ReadModelSwitched } from '../application/cannot-go-on.ts'
import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { Position } from '../application/ports/position.ts'
import type { ApplyResult, Generation, ProjectionStore } from '../application/ports/projection-store.ts'
import type { EventProcessor } from '../application/processing/event-processor.ts'
import type { Projection } from './projection.ts'

/** Folds a batch into a generation of the read model. */
export const applyToGeneration = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
  generation: number,
  events: ReadonlyArray<RecordedEvent>,
  from: Position,
  to: Position,
): Promise<ApplyResult> => {
  const ids = projection.reads?.(events) ?? []
  const present = ids.length === 0 ? [] : await store.load(generation, ids)
  // Folding the events into missing documents would give wrong ones.
  if (present === 'gone') return 'gone'
  const revisions = new Map(events.map(({ stream, revision }) => [stream, revision]))
  return store.apply(generation, { documents: projection.fold(present, events), revisions }, from, to)
}

/** Keeps the live generation of a read model up to date, whichever it is. */
export const readModelProjector = <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
): EventProcessor => {
  let live: Generation | undefined
  return {
    name: projection.name,
    // Nobody waits, because the working set covers the lag.
    gathering: 1000,
    checkpoint: async () => {
      live = await liveGeneration(projection, store)
      return live.checkpoint
    },
    apply: (events, from, to) =>
      live === undefined
        ? Promise.resolve('gone')
        : applyToGeneration(projection, store, live.id, events, from, to),
  }
}

/** @throws ReadModelSwitched if another version is live. */
const liveGeneration = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
): Promise<Generation> => {
  const live = (await store.generations()).find((generation) => generation.live)
  if (live === undefined) return store.create(projection.version)
  if (live.version !== projection.version) throw new ReadModelSwitched(projection.name)
  return live
}
