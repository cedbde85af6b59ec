import { orAborted } from '../../application/or-aborted.ts'
import { logEpochOf } from '../../application/ports/log-identity.ts'
import { beginning } from '../../application/ports/position.ts'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import { collectionOf, generationOf, wholeAnswer } from './collections.ts'
import type { Connection } from './connection.ts'
import type { AnyDocument, DocumentKind, StoredDocument } from './document-kind.ts'
import { ensureIndexes } from './indexes.ts'
import type { LiveView } from './live-view.ts'
import { openPointer } from './pointer.ts'
import { isCurrent, mayBecomeLive, standingOf, stateOf } from './pointer-document.ts'
import { readAnswer } from './read-answer.ts'
import { scanCollection } from './scan-collection.ts'
import { writeGuarded } from './write-guarded.ts'

/**
 * The read model of one projection, with a collection for each generation. No transaction is needed: documents are
 * guarded by their revision, everything else by the single pointer document. `scan` rejects for a generation that does
 * not exist.
 */
export const createProjectionStore = <Id, Item>(
  connection: Connection,
  projection: string,
  kind: DocumentKind<Id, Item>,
  view: LiveView,
): ProjectionStore<Id, Item> => {
  const { indexes } = kind
  const { db } = connection
  const pointer = openPointer(connection, projection)
  const indexed = new Set<number>()

  const collection = (generation: number) => db.collection<AnyDocument>(collectionOf(projection, generation))

  /**
   * Building an index on all documents takes a fraction of the time that their inserts would spend on it, so a generation
   * gets its indexes when it is read, and at the latest before it is live.
   */
  const ensureIndexed = async (generation: number): Promise<void> => {
    if (indexed.has(generation)) return
    await ensureIndexes(connection, collectionOf(projection, generation), indexes)
    indexed.add(generation)
  }

  const dropCollection = (generation: number) => connection.ask(() => collection(generation).drop())

  /** A process that was suspended in mid-write recreates the collection of a dropped generation. */
  const dropLeftOvers = async (): Promise<void> => {
    const collections = await connection.ask((limits) =>
      db.listCollections({}, { ...limits, nameOnly: true }).toArray(),
    )
    const known = await pointer.read()
    for (const { name } of collections) {
      const generation = generationOf(projection, name)
      if (generation === undefined || generation > (known?.last ?? 0)) continue
      if (stateOf(known, generation) === undefined) await dropCollection(generation)
    }
  }

  const exists = async (generation: number): Promise<boolean> =>
    stateOf(await pointer.read(), generation) !== undefined

  const apply: ProjectionStore<Id, Item>['apply'] = async (generation, changes, from, to) => {
    const seen = await pointer.read()
    const standing = standingOf(seen, generation, from)
    if (standing !== 'ready') return standing
    // Its creator may have been interrupted before.
    if (seen?.live === generation) await ensureIndexed(generation)
    await view.show(seen?.live)
    await writeGuarded(connection, collection(generation), changes.documents, kind)
    // The checkpoint comes after the documents: a crash in between repeats them, but loses none.
    if (await pointer.moveCheckpoint(generation, from, to, changes.revisions)) return 'applied'
    const known = await pointer.read()
    // Writing to a dropped collection recreates it.
    if (stateOf(known, generation) === undefined) await dropCollection(generation)
    return standingOf(known, generation, from) === 'gone' ? 'gone' : 'stale'
  }

  /** The documents of as many ids as fit in one reply of the server (16 MiB). */
  const loadFirst = async (generation: number, ids: ReadonlyArray<Id>): Promise<FoundDocuments> => {
    for (let count = ids.length; ; ) {
      const having = kind.having(ids.slice(0, count))
      const { rows, isWhole } = await connection.ask((limits) => {
        const cursor = collection(generation).find<StoredDocument>(having, { ...limits, ...wholeAnswer })
        return readAnswer(cursor, () => count > 1)
      })
      if (isWhole) return { stored: rows, left: ids.length - count }
      // They come in another order, so only their number is useful.
      count = Math.max(1, rows.length >> 1)
    }
  }

  return {
    generations: async () => {
      const known = await pointer.read()
      return Object.entries(known?.generations ?? {})
        .map(([id, state]) => ({ id: Number(id), ...state, live: known?.live === Number(id) }))
        .sort((a, b) => a.id - b.id)
    },
    create: async (version, log) => {
      const id = await pointer.add(version, log)
      if (id === 1) {
        await ensureIndexed(id)
        await view.show(id)
      }
      await dropLeftOvers()
      return { id, version, live: id === 1, checkpoint: beginning, log: log && logEpochOf(log) }
    },
    stamp: (generation, log) => pointer.stamp(generation, log),
    load: async (generation, ids) => {
      const { stored, left } = ids.length === 0 ? nothing : await loadFirst(generation, ids)
      // Checked after the documents: if the generation still exists, they were all there.
      const known = await pointer.read()
      return isCurrent(known, generation) ? { documents: stored.map(kind.fromStored), left } : 'gone'
    },
    apply,
    switchTo: async (generation) => {
      for (;;) {
        const known = await pointer.read()
        if (known === undefined || !mayBecomeLive(known, generation)) return false
        await ensureIndexed(generation)
        if (!(await pointer.makeLive(generation, known))) continue
        await view.show(generation)
        return true
      }
    },
    drop: async (generation) => {
      if (!(await pointer.remove(generation))) return
      // It may still show the one that is dropped, after a crash.
      await view.show((await pointer.read())?.live)
      await dropCollection(generation)
      indexed.delete(generation)
    },
    count: async (generation) =>
      (await exists(generation)) ? connection.askPatiently(() => collection(generation).countDocuments()) : 0,
    scan: async function* (generation, signal) {
      if (await exists(generation)) await orAborted(ensureIndexed(generation), signal)
      const all = scanCollection<StoredDocument>(connection, collection(generation), kind.scanOrder, signal)
      for await (const stored of all) yield stored.map(kind.fromStored)
      if (!(await exists(generation))) throw new Error(`generation ${generation} of ${projection} is gone`)
    },
  }
}

/** `left`: how many of the last ids were not asked for. */
type FoundDocuments = { readonly stored: ReadonlyArray<StoredDocument>; readonly left: number }

const nothing: FoundDocuments = { stored: [], left: 0 }
