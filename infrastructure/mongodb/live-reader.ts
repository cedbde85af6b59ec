import type { Db, Document } from 'mongodb'
import { collectionOf, projectionsCollection, wholeAnswer } from './collections.ts'
import { guarded } from './mongodb-error.ts'
import { type LiveGeneration, openPointer } from './pointer.ts'

/** A command on a generation: the collection that it starts with, and its stages. */
export interface LiveQuery {
  readonly collection: string
  readonly pipeline: ReadonlyArray<Document>
}

export interface LiveAnswer<Row> {
  readonly live: LiveGeneration
  readonly rows: ReadonlyArray<Row>
}

export interface LiveReader {
  readLive(streams: ReadonlyArray<string>): Promise<LiveGeneration | undefined>
  /**
   * Reads the live generation and its checkpoint, then queries it in one command. Undefined if the projection has no
   * generation yet. `query` returns nothing if there is nothing to ask.
   */
  ask<Row extends object>(
    streams: ReadonlyArray<string>,
    query: (collection: string) => LiveQuery | undefined,
  ): Promise<LiveAnswer<Row> | undefined>
}

export const openLiveReader = (db: Db, projection: string): LiveReader => {
  const { readLive } = openPointer(db, projection)
  return {
    readLive,
    ask: async <Row extends object>(
      streams: ReadonlyArray<string>,
      query: (collection: string) => LiveQuery | undefined,
    ) => {
      for (;;) {
        const live = await readLive(streams)
        if (live === undefined) return undefined
        const asked = query(collectionOf(projection, live.id))
        if (asked === undefined) return { live, rows: [] }
        const pipeline = [...asked.pipeline, { $unionWith: witnessOf(projection, live.id) }]
        const rows = await guarded(() =>
          db.collection(asked.collection).aggregate<Row | Witness>(pipeline, wholeAnswer).toArray(),
        )
        const found = rows.filter((row): row is Row => !isWitness(row))
        if (found.length < rows.length) return { live, rows: found }
      }
    },
  }
}

/**
 * A row that shows that the generation still existed after everything else was read. A dropped collection answers like
 * an empty one: profiles would seem not to exist, and be created twice.
 */
interface Witness {
  readonly witness: true
}

const isWitness = (row: unknown): row is Witness =>
  typeof row === 'object' && row !== null && 'witness' in row

const witnessOf = (projection: string, generation: number): Document => ({
  coll: projectionsCollection,
  pipeline: [
    { $match: { _id: projection, [`generations.${generation}.version`]: { $exists: true } } },
    { $project: { _id: 0, witness: { $literal: true } } },
  ],
})
