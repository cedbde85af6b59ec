import { isMongoDb } from '../test/support/mongodb/server/is-mongodb.ts'
import { startPrivateServer } from '../test/support/mongodb/server/start-private-server.ts'
import { dropDatabase, type UniqueDatabase, uniqueDatabase } from '../test/support/mongodb/unique-database.ts'
import { provideEventStore } from './event-store-server.ts'
import type { Server } from './server.ts'

/** The servers of a stack besides RabbitMQ. */
export interface Servers {
  /** Undefined if the log is in the data folder. */
  readonly eventStore?: Server
  readonly mongodb: Server
  /** A MongoDB database that nobody else uses, until `dispose`. */
  newDatabase(): UniqueDatabase
  dispose(): Promise<void>
}

export const provideServers = async (stack: 'production' | 'mongodb'): Promise<Servers> => {
  const eventStore = stack === 'production' ? await provideEventStore() : undefined
  const mongodb = await provideMongoDb()
  const databases: Array<UniqueDatabase> = []
  return {
    ...(eventStore && { eventStore }),
    mongodb,
    newDatabase: () => {
      const database = uniqueDatabase(mongodb.url)
      databases.push(database)
      return database
    },
    dispose: async () => {
      for (const database of databases) await dropDatabase(database)
      await Promise.all([eventStore?.dispose(), mongodb.dispose()])
    },
  }
}

/** The server at MONGODB_URL, or else a private one. */
const provideMongoDb = async (): Promise<Server> => {
  const url = process.env.MONGODB_URL
  const given = url !== undefined && url !== ''
  const server = given ? { url, dispose: async () => {} } : await startPrivateServer()
  return { ...server, real: await isMongoDb(server.url) }
}
