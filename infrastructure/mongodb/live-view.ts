import type { Document } from 'mongodb'
import { StoreTrouble } from '../../application/ports/store-trouble.ts'
import { collectionOf, generationOf } from './collections.ts'
import type { Connection } from './connection.ts'
import { MongoDbError } from './mongodb-error.ts'
import { openPointer } from './pointer.ts'

/**
 * The view that has the name of a projection and shows its live generation, for programs that read the collections and
 * should not have to follow numbers. We never read it ourselves.
 */
export interface LiveView {
  /**
   * Makes it show the live generation. Never rejects, because nothing of ours depends on it: what is refused is logged
   * once, and if the server is away, the next call tries again.
   */
  show(live: number | undefined): Promise<void>
}

/** The server's codes for a name that exists, for one that does not, and for a missing permission. */
const [namespaceExists, namespaceNotFound, unauthorized] = [48, 26, 13]

/** How often others may create or drop the view while we point it. */
const attempts = 5

export const openLiveView = (connection: Connection, projection: string): LiveView => {
  const { db, logger } = connection
  const pointer = openPointer(connection, projection)
  /** The generation that it shows, as far as we know, or that it cannot show. */
  let settled: number | undefined

  /** Returns the server's code if it answers with one of these. */
  const run = async (command: Document, ...codes: ReadonlyArray<number>): Promise<number | undefined> => {
    try {
      await connection.ask(() => db.command({ ...command, writeConcern: { w: 'majority' } }))
      return undefined
    } catch (error) {
      const code = codes.find((each) => error instanceof MongoDbError && error.code === each)
      if (code === undefined) throw error
      return code
    }
  }

  const isOurs = ({ type, options }: Document): boolean =>
    type === 'view' && generationOf(projection, options.viewOn) !== undefined && options.pipeline.length === 0

  const point = async (viewOn: string): Promise<void> => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const [present]: ReadonlyArray<Document> = await connection.ask((limits) =>
        db.listCollections({ name: projection }, limits).toArray(),
      )
      if (present === undefined) {
        if ((await run({ create: projection, viewOn, pipeline: [] }, namespaceExists)) === undefined) return
        continue
      }
      if (!isOurs(present))
        throw new MongoDbError('its name belongs to a collection or view of others', undefined, 'refusing')
      if (present.options.viewOn === viewOn) return
      const change = { collMod: projection, viewOn, pipeline: [] }
      const refused = await run(change, namespaceNotFound, unauthorized)
      if (refused === undefined) return
      // The role readWrite may create and drop a view, but not change it: for a moment it is not there.
      if (refused === unauthorized) await run({ drop: projection }, namespaceNotFound)
    }
  }

  const pointToLive = async (live: number): Promise<number> => {
    for (let shown = live; ; ) {
      await point(collectionOf(projection, shown))
      // Another process may have made a newer one live and shown it, before we showed the older one.
      const known = await pointer.read()
      if (known === undefined || known.live === shown) return shown
      shown = known.live
    }
  }

  return {
    show: async (live) => {
      if (live === undefined || live === settled) return
      try {
        settled = await pointToLive(live)
      } catch (error) {
        if (!(error instanceof Error) || (error instanceof StoreTrouble && error.kind === 'away')) return
        settled = live
        logger?.warn(
          { view: projection, reason: error.message },
          'the view does not show the live generation of the read model',
        )
      }
    },
  }
}
