import { MongoClient } from 'mongodb'
import { inject } from 'vitest'
import { openMongoDb } from '../../../infrastructure/mongodb/open-mongodb.ts'
import { dropDatabase, uniqueDatabase } from '../../support/mongodb/unique-database.ts'

/** Two clients of one new database, which `close` drops. */
export const openTwoStores = async () => {
  const database = uniqueDatabase(inject('mongodbUrl') ?? '')
  const [stores, others] = [openMongoDb(database.url), openMongoDb(database.url)]
  return {
    stores,
    others,
    /** The names of the collections, sorted; without views. */
    collections: async () => {
      const client = new MongoClient(database.url)
      const collections = await client.db(database.name).listCollections({ type: 'collection' }).toArray()
      await client.close()
      return collections
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('system.'))
        .sort()
    },
    close: async () => {
      await Promise.all([stores.close(), others.close()])
      await dropDatabase(database)
    },
  }
}
