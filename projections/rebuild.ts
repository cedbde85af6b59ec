import type { EventStore } from '../application/ports/event-store.ts'
import type { Generation, ProjectionStore } from '../application/ports/projection-store.ts'
import type { Projection } from './projection.ts'
import { applyToGeneration } from './read-model-projector.ts'
import { type Verification, verify } from './verify.ts'

/** The new generation differs from the log, or another rebuild took its place; the live one is untouched. */
export class RebuildFailed extends Error {}

/**
 * Builds a projection anew beside the live generation, verifies it, switches, and drops what is older; when that fails,
 * or the signal aborts, drops the unfinished one. Imports and the live generation go on meanwhile. `onProgress` is told
 * the number of events folded so far. Rejects with the signal's reason when it aborts.
 * @throws RebuildFailed
 */
export const rebuild = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
  eventStore: EventStore,
  signal: AbortSignal,
  onProgress: (events: number) => void,
): Promise<Verification> => {
  await dropAllButLive(store)
  const { id } = await store.create(projection.version)
  let verification: Verification
  try {
    verification = await build(projection, store, eventStore, id, signal, onProgress)
  } catch (error) {
    // The error that led here is the one to tell; what cannot be dropped now, the next rebuild drops.
    await store.drop(id).catch(() => {})
    throw error
  }
  await dropAllButLive(store)
  return verification
}

/** Builds a generation, verifies it, and makes it the live one. */
const build = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
  eventStore: EventStore,
  id: number,
  signal: AbortSignal,
  onProgress: (events: number) => void,
): Promise<Verification> => {
  let events = 0
  const catchUp = async () => {
    events = await fold(projection, store, eventStore, id, events, signal, onProgress)
  }
  await catchUp()
  const verification = await verify(projection, store, await generation(store, id), eventStore, signal)
  signal.throwIfAborted()
  if (verification.differences > 0) {
    throw new RebuildFailed(`the new generation differs from the log, in documents: ${verification.differences}`)
  }
  do {
    signal.throwIfAborted()
    await catchUp()
  } while (!(await store.switchTo(id)))
  return verification
}

/** From the generation's checkpoint to the present end of the log. */
const fold = async <Id, Document>(
  projection: Projection<Id, Document>,
  store: ProjectionStore<Id, Document>,
  eventStore: EventStore,
  id: number,
  eventsBefore: number,
  signal: AbortSignal,
  onProgress: (events: number) => void,
): Promise<number> => {
  let events = eventsBefore
  let { checkpoint } = await generation(store, id)
  for await (const batch of eventStore.read(checkpoint, signal)) {
    const last = batch.at(-1)
    if (last === undefined) continue
    const result = await applyToGeneration(projection, store, id, batch, checkpoint, last.position)
    if (result !== 'applied') throw tookOver(projection.name)
    checkpoint = last.position
    events += batch.length
    onProgress(events)
  }
  signal.throwIfAborted()
  return events
}

const generation = async <Id, Document>(
  store: ProjectionStore<Id, Document>,
  id: number,
): Promise<Generation> => {
  const found = (await store.generations()).find((each) => each.id === id)
  if (found === undefined) throw tookOver('read model')
  return found
}

const tookOver = (name: string) => new RebuildFailed(`another rebuild of "${name}" took over`)

const dropAllButLive = async <Id, Document>(store: ProjectionStore<Id, Document>): Promise<void> => {
  for (const { id, live } of await store.generations()) if (!live) await store.drop(id)
}
