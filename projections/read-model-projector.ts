import { ReadModelSwitched } from '../application/cannot-go-on.ts'
import type { EventStore, RecordedEvent } from '../application/ports/event-store.ts'
import type { Position } from '../application/ports/position.ts'
import {
  type ApplyResult,
  type Generation,
  liveOf,
  type ProjectionStore,
} from '../application/ports/projection-store.ts'
import type { EventProcessor } from '../application/processing/event-processor.ts'
import type { Projection } from './projection.ts'

/** Folds a batch into a generation of the read model: at once, or in parts if its documents are too large for that. */
export const applyToGeneration = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
  generation: number,
  events: ReadonlyArray<RecordedEvent>,
  from: Position,
  to: Position,
): Promise<ApplyResult> => {
  let checkpoint = from
  for (let rest = events; ; ) {
    const ids = projection.reads?.(rest) ?? []
    const loaded = ids.length === 0 ? nothing : await store.load(generation, ids)
    // Folding the events into missing documents would give wrong ones.
    if (loaded === 'gone') return 'gone'
    const part = loaded.left === 0 ? rest : readingFirst(ids.length - loaded.left, rest, projection)
    const revisions = new Map(part.map(({ stream, revision }) => [stream, revision]))
    const documents = projection.fold(loaded.documents, part)
    const reached = part.length === rest.length ? to : (part.at(-1)?.position ?? checkpoint)
    const result = await store.apply(generation, { documents, revisions }, checkpoint, reached)
    if (result !== 'applied' || part.length === rest.length) return result
    checkpoint = reached
    rest = rest.slice(part.length)
  }
}

const nothing = { documents: [], left: 0 }

/** The longest prefix that needs at most `count` documents. */
const readingFirst = <Id, Document>(
  count: number,
  events: ReadonlyArray<RecordedEvent>,
  { reads }: Projection<Id, Document>,
): ReadonlyArray<RecordedEvent> => {
  // `some` fits, `all` does not.
  let [some, all] = [1, events.length]
  while (some + 1 < all) {
    const half = (some + all) >> 1
    if ((reads?.(events.slice(0, half)) ?? []).length <= count) some = half
    else all = half
  }
  return events.slice(0, some)
}

/** Keeps the live generation of a read model up to date, whichever it is. */
export const readModelProjector = <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
  eventStore: Pick<EventStore, 'readIdentity'>,
): EventProcessor => {
  let live: Generation | undefined
  return {
    name: projection.name,
    // Nobody waits, because the working set covers the lag.
    gathering: 1000,
    checkpoint: async () => {
      live = await liveGeneration(projection, store, eventStore)
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
  eventStore: Pick<EventStore, 'readIdentity'>,
): Promise<Generation> => {
  const live = await liveOf(store)
  if (live === undefined) return store.create(projection.version, await eventStore.readIdentity())
  if (live.version !== projection.version) throw new ReadModelSwitched(projection.name)
  return live
}
