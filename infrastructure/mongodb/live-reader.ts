import type { Document } from 'mongodb'
import { collectionOf, projectionsCollection, wholeAnswer } from './collections.ts'
import type { Connection } from './connection.ts'
import { isOfDropped } from './mongodb-error.ts'
import { type LiveGeneration, openPointer } from './pointer.ts'
import { readAnswer } from './read-answer.ts'

/** A command on a generation: the collection that it starts with, and its stages. */
export interface LiveQuery {
  readonly collection: string
  readonly pipeline: ReadonlyArray<Document>
}

export interface LiveAnswer<Row> {
  readonly live: LiveGeneration
  readonly rows: ReadonlyArray<Row>
  /** Whether these are all rows. */
  readonly isWhole: boolean
}

export interface LiveReader {
  readLive(streams: ReadonlyArray<string>): Promise<LiveGeneration | undefined>
  /**
   * Reads the live generation and its checkpoint, then queries it in one command. Undefined if the projection has no
   * generation yet. `query` returns nothing if there is nothing to ask. If the answer does not fit one reply of the
   * server, reading stops as soon as `isEnough`.
   */
  ask<Row extends object>(
    streams: ReadonlyArray<string>,
    query: (collection: string) => LiveQuery | undefined,
    isEnough?: (rows: ReadonlyArray<Row>) => boolean,
  ): Promise<LiveAnswer<Row> | undefined>
  /**
   * Reads the generation that was live in other ways. Undefined if the server says that it was dropped meanwhile. It may
   * also answer as if it were empty: ask something afterwards.
   */
  readFrom<Result>(
    live: LiveGeneration,
    read: (collection: string) => Promise<Result>,
  ): Promise<Result | undefined>
}

export const openLiveReader = (connection: Connection, projection: string): LiveReader => {
  const { readLive } = openPointer(connection, projection)

  const readFrom: LiveReader['readFrom'] = async (live, read) => {
    try {
      return await read(collectionOf(projection, live.id))
    } catch (error) {
      // Another generation is live by now, and this one was dropped while it was read.
      if (isOfDropped(error) && (await readLive([]))?.id !== live.id) return undefined
      throw error
    }
  }

  return {
    readLive,
    readFrom,
    ask: async <Row extends object>(
      streams: ReadonlyArray<string>,
      query: (collection: string) => LiveQuery | undefined,
      isEnough: (rows: ReadonlyArray<Row>) => boolean = () => false,
    ) => {
      for (;;) {
        const live = await readLive(streams)
        if (live === undefined) return undefined
        const asked = query(collectionOf(projection, live.id))
        if (asked === undefined) return { live, rows: [], isWhole: true }
        const pipeline = [...asked.pipeline, { $unionWith: witnessOf(projection, live.id) }]
        const collection = connection.db.collection(asked.collection)
        const answer = await readFrom(live, () =>
          connection.ask((limits) => {
            const cursor = collection.aggregate<Row | Witness>(pipeline, { ...limits, ...wholeAnswer })
            return readAnswer(cursor, (all) => isEnough(all.filter((row): row is Row => !isWitness(row))))
          }),
        )
        if (answer === undefined) continue
        const { rows, isWhole } = answer
        const found = rows.filter((row): row is Row => !isWitness(row))
        // The witness is the last row.
        if (isWhole ? found.length < rows.length : (await readLive([]))?.id === live.id)
          return { live, rows: found, isWhole }
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
