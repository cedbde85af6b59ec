import { type Document, MongoServerError, type UpdateFilter } from 'mongodb'
import { type LogEpoch, logEpochOf } from '../../application/ports/log-identity.ts'
import { beginning, type Position } from '../../application/ports/position.ts'
import { projectionsCollection } from './collections.ts'
import type { Connection } from './connection.ts'
import { encodeName } from './field-names.ts'
import { duplicateKey } from './mongodb-error.ts'
import type { PointerDocument } from './pointer-document.ts'

export interface LiveGeneration {
  readonly id: number
  readonly version: string | undefined
  readonly checkpoint: Position
  /** In the order of the requested streams; -1 if no event of a stream is applied. */
  readonly revisions: ReadonlyArray<number>
}

export interface Pointer {
  /** Without revisions; undefined before the first generation. */
  read(): Promise<PointerDocument | undefined>
  readLive(streams: ReadonlyArray<string>): Promise<LiveGeneration | undefined>
  /** The number of the new generation; a number is never reused. The first is live at once. */
  add(version: string, log: LogEpoch | undefined): Promise<number>
  stamp(generation: number, log: LogEpoch): Promise<void>
  /** False, without effect, if the checkpoint is not `from`, or the generation is older than the live one or gone. */
  moveCheckpoint(
    generation: number,
    from: Position,
    to: Position,
    revisions: ReadonlyMap<string, number>,
  ): Promise<boolean>
  /** False, without effect, if the live generation or either checkpoint has changed since it was read. */
  makeLive(generation: number, seen: PointerDocument): Promise<boolean>
  /** False, without effect, if it is live. */
  remove(generation: number): Promise<boolean>
}

export const openPointer = (connection: Connection, projection: string): Pointer => {
  const collection = connection.db.collection<PointerDocument>(projectionsCollection)

  const findOne = (projected: Document) =>
    connection.ask((limits) =>
      collection.findOne<PointerDocument>({ _id: projection }, { ...limits, projection: projected }),
    )

  const update = async (
    filter: Record<string, unknown>,
    change: UpdateFilter<PointerDocument>,
  ): Promise<boolean> => {
    const { matchedCount } = await connection.ask(() =>
      collection.updateOne({ _id: projection, ...filter }, change),
    )
    return matchedCount === 1
  }

  const insert = async (document: PointerDocument): Promise<boolean> =>
    connection.ask(async () => {
      try {
        await collection.insertOne(document)
        return true
      } catch (error) {
        if (error instanceof MongoServerError && error.code === duplicateKey) return false
        throw error
      }
    })

  const read = async () => (await findOne({ revisions: 0 })) ?? undefined

  /** The generation whose revisions to read: usually it is still live, so that one read is enough. */
  let expected = 0

  return {
    read,
    readLive: async (streams) => {
      for (;;) {
        const asked = streams.map((stream) => [`revisions.${expected}.${encodeName(stream)}`, 1])
        const document = await findOne({ live: 1, generations: 1, ...Object.fromEntries(asked) })
        if (document === null) return undefined
        const { live } = document
        if (live === expected) return liveOf(document, streams)
        expected = live
      }
    },
    add: async (version, log) => {
      for (;;) {
        const document = await read()
        const number = (document?.last ?? 0) + 1
        const generation = { version, checkpoint: beginning, ...(log && { log: logEpochOf(log) }) }
        const added =
          document === undefined
            ? await insert({ _id: projection, last: 1, live: 1, generations: { 1: generation } })
            : await update(
                { last: document.last },
                { $set: { last: number, [`generations.${number}`]: generation } },
              )
        if (added) return number
      }
    },
    stamp: async (generation, log) => {
      // A generation that is gone must not come back.
      await update(
        { [`generations.${generation}`]: { $exists: true } },
        { $set: { [`generations.${generation}.log`]: logEpochOf(log) } },
      )
    },
    moveCheckpoint: (generation, from, to, revisions) => {
      const checkpoint = `generations.${generation}.checkpoint`
      const change: Record<string, unknown> = { [checkpoint]: to }
      for (const [stream, revision] of revisions)
        change[`revisions.${generation}.${encodeName(stream)}`] = revision
      return update({ live: { $lte: generation }, [checkpoint]: from }, { $set: change })
    },
    makeLive: (generation, { live, generations }) =>
      update(
        {
          live,
          [`generations.${live}.checkpoint`]: generations[live]?.checkpoint,
          [`generations.${generation}.checkpoint`]: generations[generation]?.checkpoint,
        },
        { $set: { live: generation } },
      ),
    remove: async (generation) =>
      (await update(
        { live: { $ne: generation } },
        { $unset: { [`generations.${generation}`]: '', [`revisions.${generation}`]: '' } },
      )) || (await read()) === undefined,
  }
}

const liveOf = (
  { live, generations, revisions }: PointerDocument,
  streams: ReadonlyArray<string>,
): LiveGeneration => ({
  id: live,
  version: generations[live]?.version,
  checkpoint: generations[live]?.checkpoint ?? beginning,
  revisions: streams.map((stream) => revisions?.[live]?.[encodeName(stream)] ?? -1),
})
