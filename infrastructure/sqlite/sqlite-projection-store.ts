import type Sqlite from 'better-sqlite3'
import { type LogEpoch, logEpochOf } from '../../application/ports/log-identity.ts'
import { beginning, comparePositions, type Position } from '../../application/ports/position.ts'
import {
  type ApplyResult,
  answerBytes,
  type Loaded,
  type ProjectionChanges,
  type ProjectionStore,
  type ScanOptions,
} from '../../application/ports/projection-store.ts'
import { nextTurn } from '../system/next-turn.ts'
import type { GenerationTables, OpenGeneration } from './generation-tables.ts'
import { openGenerations } from './generations.ts'

/**
 * The read model of one projection. An apply is one transaction that includes its checkpoint. `scan` rejects for a
 * generation that does not exist.
 */
export const createProjectionStore = <Id, Document>(
  connection: Sqlite.Database,
  projection: string,
  tables: GenerationTables<Id, Document>,
): ProjectionStore<Id, Document> => {
  const generations = openGenerations(connection, projection)
  const opened = new Map<number, OpenGeneration<Id, Document>>()

  const open = (generation: number): OpenGeneration<Id, Document> => {
    const known = opened.get(generation)
    if (known !== undefined) return known
    const fresh = tables.open(connection, generation)
    opened.set(generation, fresh)
    return fresh
  }

  /** Another process may drop a generation at any time, so check in the transaction that uses it. */
  const openExisting = (generation: number): OpenGeneration<Id, Document> | undefined => {
    if (generations.checkpointOf(generation) !== undefined) return open(generation)
    opened.delete(generation)
    return undefined
  }

  const liveId = (): number => generations.live()?.id ?? 0

  const openCurrent = (generation: number): OpenGeneration<Id, Document> | undefined =>
    generation < liveId() ? undefined : openExisting(generation)

  const create = connection.transaction((version: string, log: LogEpoch | undefined) => {
    const id = generations.add(version, log)
    tables.create(connection, id)
    return { id, version, live: liveId() === id, checkpoint: beginning, log: log && logEpochOf(log) }
  }).immediate

  const apply = connection.transaction(
    (generation: number, changes: ProjectionChanges<Document>, from: Position, to: Position): ApplyResult => {
      const target = openCurrent(generation)
      if (target === undefined) return 'gone'
      if (generations.checkpointOf(generation) !== from) return 'stale'
      target.write(changes.documents)
      for (const [stream, revision] of changes.revisions)
        generations.setRevision(generation, stream, revision)
      generations.moveCheckpoint(generation, to)
      return 'applied'
    },
  ).immediate

  const switchTo = connection.transaction((generation: number) => {
    const checkpoint = generations.checkpointOf(generation)
    const live = generations.live()
    if (checkpoint === undefined || live === undefined || generation < live.id) return false
    if (comparePositions(checkpoint, live.checkpoint) < 0) return false
    generations.makeLive(generation)
    return true
  }).immediate

  const drop = connection.transaction((generation: number) => {
    opened.delete(generation)
    if (generations.checkpointOf(generation) === undefined) return
    if (generations.live()?.id === generation) return
    generations.remove(generation)
    tables.drop(connection, generation)
  }).immediate

  const load = connection.transaction(
    (generation: number, ids: ReadonlyArray<Id>): Loaded<Document> | 'gone' => {
      const source = openCurrent(generation)
      if (source === undefined) return 'gone'
      const documents: Array<Document> = []
      let size = 0
      for (const [i, id] of ids.entries()) {
        if (size > answerBytes) return { documents, left: ids.length - i }
        const loaded = source.load(id)
        if (loaded === undefined) continue
        documents.push(loaded.document)
        size += loaded.size
      }
      return { documents, left: 0 }
    },
  )

  const page = connection.transaction(
    (generation: number, after: Document | undefined, verifyKeys: boolean) => {
      const source = openExisting(generation)
      if (source === undefined) throw new Error(`generation ${generation} of ${projection} is gone`)
      return source.page(after, verifyKeys)
    },
  )

  const count = connection.transaction((generation: number) => openExisting(generation)?.count() ?? 0)

  async function* scan(generation: number, signal: AbortSignal, { verifyKeys = false }: ScanOptions = {}) {
    let documents = page(generation, undefined, verifyKeys)
    while (documents.length > 0 && !signal.aborted) {
      yield documents
      await nextTurn()
      documents = page(generation, documents.at(-1), verifyKeys)
    }
  }

  return {
    generations: async () => generations.list(),
    create: async (version, log) => create(version, log),
    stamp: async (generation, log) => generations.stamp(generation, log),
    load: async (generation, ids) => load(generation, ids),
    apply: async (generation, changes, from, to) => apply(generation, changes, from, to),
    switchTo: async (generation) => switchTo(generation),
    drop: async (generation) => drop(generation),
    count: async (generation) => count(generation),
    scan,
  }
}
