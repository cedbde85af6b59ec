import { MongoClient } from 'mongodb'

/** Servers that speak its protocol claim its versions, but were not built with its allocator. */
export const isMongoDb = async (url: string): Promise<boolean> => {
  const client = new MongoClient(url)
  try {
    const { allocator } = await client.db('admin').command({ buildInfo: 1 })
    return allocator !== undefined
  } finally {
    await client.close()
  }
}
