import type { EventStore, RecordedEvent } from '../application/ports/event-store.ts'
import { beginning, type Position } from '../application/ports/position.ts'
import type { Generation, ProjectionChanges, ProjectionStore } from '../application/ports/projection-store.ts'
import { Audit } from './audit.ts'
import { Comparison, type Verification } from './comparison.ts'
import { foldLog } from './fold-log.ts'
import type { Projection } from './projection.ts'
import { applyToGeneration } from './read-model-projector.ts'
import { compareShare, verify } from './verify.ts'

/** Documents per transaction: more are written faster, fewer block the live projection for less time. */
const writtenTogether = 16_000

/** The new generation differs from the log, or another rebuild took over. The live generation is unchanged. */
export class RebuildFailed extends Error {}

/**
 * Rebuilds a projection beside the live generation, verifies it, switches, and drops older generations. If that fails,
 * or the signal aborts, it drops the unfinished one. Imports and the live generation continue meanwhile. `onProgress`
 * gets the number of events folded so far. Rejects with the signal's reason if it aborts.
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
  // The very first generation is live at once, and nobody may see it incomplete.
  const create = async () => store.create(projection.version, await eventStore.readIdentity())
  if ((await store.generations()).length === 0) await create()
  const { id } = await create()
  let events = 0
  const onRead = (batch: ReadonlyArray<RecordedEvent>) => {
    events += batch.length
    onProgress(events)
  }
  let verification: Verification
  try {
    verification = await build({ projection, store, eventStore, id, signal, onRead })
  } catch (error) {
    // Report the original error. What cannot be dropped now, the next rebuild drops.
    await store.drop(id).catch(() => {})
    throw error
  }
  await dropAllButLive(store)
  return verification
}

/** A generation under construction. */
interface Building<Id, Document> {
  readonly projection: Projection<Id, Document>
  readonly store: ProjectionStore<Id, Document>
  readonly eventStore: EventStore
  readonly id: number
  readonly signal: AbortSignal
  readonly onRead: (events: ReadonlyArray<RecordedEvent>) => void
}

/** Fills the generation, verifies it, and makes it the live one. */
const build = async <Id, Document>(building: Building<Id, Document>): Promise<Verification> => {
  const { projection, store, id } = building
  const fill = projection.reads === undefined ? fillByEvent : fillByDocument
  const verification = await fill(building)
  if (verification.differences > 0) {
    throw new RebuildFailed(
      `the new generation differs from the log in ${verification.differences} of its documents`,
    )
  }
  do {
    await catchUp(building)
  } while (!(await store.switchTo(id)))
  return verification
}

/** For events that each create a document which no other event changes: written as they arrive, in log order. */
const fillByEvent = async <Id, Document>(building: Building<Id, Document>): Promise<Verification> => {
  const { projection, store, eventStore, signal } = building
  await catchUp(building)
  return verify(projection, store, await generation(building), eventStore, signal)
}

/**
 * For events that change existing documents: folds in memory first, then writes each document once, and compares what
 * the store holds with the fold. The checkpoint moves last, so that an unfinished generation never looks finished.
 */
const fillByDocument = async <Id, Document>({
  projection,
  store,
  eventStore,
  id,
  signal,
  onRead,
}: Building<Id, Document>): Promise<Verification> => {
  const end = await eventStore.end()
  const revisions = new Map<string, number>()
  const audit = new Audit()
  const comparison = new Comparison(projection.name, id, end, audit)
  const apply = async (changes: ProjectionChanges<Document>, to: Position) => {
    if ((await store.apply(id, changes, beginning, to)) !== 'applied') throw tookOver(projection.name)
  }
  const noteRevisions = (events: ReadonlyArray<RecordedEvent>) => {
    onRead(events)
    audit.note(events)
    for (const { stream, revision } of events) revisions.set(stream, revision)
  }
  for await (const share of foldLog(projection, eventStore, end, signal, { onRead: noteRevisions })) {
    const documents = [...share.documents.values()]
    for (let i = 0; i < documents.length; i += writtenTogether) {
      signal.throwIfAborted()
      await apply({ documents: documents.slice(i, i + writtenTogether), revisions: new Map() }, beginning)
    }
    comparison.add(await compareShare(projection, store.scan(id, signal), share, signal))
  }
  await apply({ documents: [], revisions }, end)
  return comparison.result()
}

/** From the generation's checkpoint to the current end of the log. */
const catchUp = async <Id, Document>(building: Building<Id, Document>): Promise<void> => {
  const { projection, store, eventStore, id, signal, onRead } = building
  let { checkpoint } = await generation(building)
  for await (const batch of eventStore.read(checkpoint, signal)) {
    const last = batch.at(-1)
    if (last === undefined) continue
    const result = await applyToGeneration(projection, store, id, batch, checkpoint, last.position)
    if (result !== 'applied') throw tookOver(projection.name)
    checkpoint = last.position
    onRead(batch)
  }
  signal.throwIfAborted()
}

const generation = async <Id, Document>({
  projection,
  store,
  id,
}: Building<Id, Document>): Promise<Generation> => {
  const found = (await store.generations()).find((each) => each.id === id)
  if (found === undefined) throw tookOver(projection.name)
  return found
}

const tookOver = (name: string) => new RebuildFailed(`another rebuild of "${name}" took over`)

const dropAllButLive = async <Id, Document>(store: ProjectionStore<Id, Document>): Promise<void> => {
  for (const { id, live } of await store.generations()) if (!live) await store.drop(id)
}
