import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'

/** Resolves when the server answers; rejects after 90 s, or at once when `failure` gives a reason. */
export const awaitServer = async (url: string, failure: () => string | undefined): Promise<void> => {
  const deadline = Date.now() + 90_000
  for (;;) {
    const client = new MongoClient(url, { serverSelectionTimeoutMS: 1000 })
    try {
      await client.db('admin').command({ ping: 1 })
      return
    } catch (error) {
      const reason = failure() ?? (Date.now() > deadline ? String(error) : undefined)
      if (reason !== undefined) throw new Error(`the MongoDB server for the tests does not start: ${reason}`)
      await sleep(100)
    } finally {
      await client.close()
    }
  }
}
