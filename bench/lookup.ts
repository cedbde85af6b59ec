import { MongoClient } from 'mongodb'
import type { KeySetQuery, ProfileDirectory } from '../application/ports/profile-directory.ts'
import { undeclared } from '../domain/definitions/undeclared.ts'
import type { Database } from '../domain/ids.ts'
import type { IdentityKey } from '../domain/matching/identity-key.ts'
import { collectionOf } from '../infrastructure/mongodb/collections.ts'
import { openMongoDb } from '../infrastructure/mongodb/open-mongodb.ts'
import { profileDocuments, type StoredProfile } from '../infrastructure/mongodb/profile-documents.ts'
import { aProfileDocument } from '../test/support/builders/profile-builders.ts'
import type { BenchRun } from './bench-run.ts'
import type { Servers } from './servers.ts'

const database = { account_id: 1, db_id: 1 } as Database
const writtenTogether = 4000
/** Key sets in a lookup, as many as for a batch of messages. */
const queriesTogether = 200
const lookups = 41
/** Not counted: warm-up, while the code is compiled and the pages are read. */
const warmUp = 10

/**
 * The median time in milliseconds of a bulk lookup of keys, half of them unknown, at each of the sizes. The sizes take
 * turns, so that other load on the machine or the server affects all alike.
 */
export const measureLookup = async (
  run: BenchRun,
  servers: Servers,
  sizes: ReadonlyArray<number>,
): Promise<ReadonlyArray<number>> => {
  const filled: Array<Filled> = []
  try {
    for (const size of sizes) {
      run.progress(`lookup: filling in ${size} profiles`)
      filled.push(await fill(servers.newDatabase().url, size))
    }
    run.progress('lookup: asking')
    const times = filled.map((): Array<number> => [])
    for (let i = 0; i < warmUp + lookups; i++) {
      for (const [n, { profiles, size }] of filled.entries()) {
        const queries = someQueries(size)
        const started = performance.now()
        await profiles.lookup(queries, [])
        if (i >= warmUp) times[n]?.push(performance.now() - started)
      }
    }
    return times.map((each) => each.sort((a, b) => a - b)[lookups >> 1] ?? 0)
  } finally {
    for (const { close } of filled) await close()
  }
}

interface Filled {
  readonly size: number
  readonly profiles: ProfileDirectory
  close(): Promise<void>
}

/** A read model of this many profiles, inserted as they are stored. */
const fill = async (url: string, size: number): Promise<Filled> => {
  const {
    projectionStores: { profiles },
    profileDirectory,
    close,
  } = openMongoDb(url)
  const client = new MongoClient(url)
  try {
    const { id } = await profiles.create('bench')
    const collection = client.db().collection<StoredProfile>(collectionOf('profiles', id))
    for (let n = 0; n < size; n += writtenTogether) {
      const count = Math.min(writtenTogether, size - n)
      await collection.insertMany(
        Array.from({ length: count }, (_, i) => aProfile(n + i)),
        { ordered: false },
      )
    }
    return { size, profiles: profileDirectory, close }
  } catch (error) {
    await close()
    throw error
  } finally {
    await client.close()
  }
}

const aProfile = (n: number): StoredProfile =>
  documents.toStored(
    aProfileDocument(n, [emailKey(n), `phone:+7900${n}`, `custom:CRM_ID:${n}`], {
      database,
      fields: { email: `user${n}@example.com`, _fname: 'John', CRM_ID: n, bonus: n % 100 },
    }),
  )

const documents = profileDocuments(() => undeclared)

const emailKey = (n: number | string) => `email:user${n}@example.com` as IdentityKey

const someQueries = (profiles: number): ReadonlyArray<KeySetQuery> =>
  Array.from({ length: queriesTogether }, (_, i) => {
    const known = Math.floor(Math.random() * profiles)
    return { database, keys: [emailKey(i % 2 === 0 ? known : `-none-${known}`)] }
  })
