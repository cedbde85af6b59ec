import { beginning } from '../application/ports/position.ts'
import type { KeySetQuery } from '../application/ports/profile-directory.ts'
import type { ProfileDocument } from '../application/ports/profile-document.ts'
import type { Database } from '../domain/ids.ts'
import type { IdentityKey } from '../domain/matching/identity-key.ts'
import { openMongoDb } from '../infrastructure/mongodb/open-mongodb.ts'
import { aProfileDocument } from '../test/support/profile-builders.ts'

export interface LookupCost {
  /** In the database, when it was asked. */
  readonly profiles: number
  /** Of one lookup: the middle one of many. */
  readonly milliseconds: number
}

const database = { account_id: 1, db_id: 1 } as Database
const writtenTogether = 4000
/** Key sets in a lookup: what a batch of messages asks for. */
const queriesTogether = 200
const lookups = 41

/**
 * The cost of a bulk lookup of keys, half of them unknown, while the database that the URL names grows to the sizes, which
 * ascend. Goes on from the profiles of an earlier call.
 */
export const measureLookup = async (
  url: string,
  sizes: ReadonlyArray<number>,
  progress: (text: string) => void,
): Promise<ReadonlyArray<LookupCost>> => {
  const { profiles, profileDirectory, close } = openMongoDb(url)
  try {
    if ((await profiles.generations()).length === 0) await profiles.create('bench')
    const costs: LookupCost[] = []
    let count = await profiles.count(1)
    for (const size of sizes) {
      progress(`lookup: filling up to ${size} profiles`)
      for (; count < size; count += writtenTogether) {
        const documents = Array.from({ length: Math.min(writtenTogether, size - count) }, (_, i) =>
          aProfile(count + i),
        )
        await profiles.apply(1, { documents, revisions: new Map() }, beginning, beginning)
      }
      count = size
      const times: number[] = []
      for (let i = 0; i < lookups; i++) {
        const queries = someQueries(size)
        const started = performance.now()
        await profileDirectory.lookup(queries, [])
        times.push(performance.now() - started)
      }
      costs.push({ profiles: size, milliseconds: times.sort((a, b) => a - b)[lookups >> 1] ?? 0 })
    }
    return costs
  } finally {
    await close()
  }
}

const aProfile = (n: number): ProfileDocument =>
  aProfileDocument(n, [emailKey(n), `phone:+7900${n}`, `custom:CRM_ID:${n}`], {
    database,
    fields: { email: `user${n}@example.com`, _fname: 'John', CRM_ID: n, bonus: n % 100 },
  })

const emailKey = (n: number | string) => `email:user${n}@example.com` as IdentityKey

const someQueries = (profiles: number): ReadonlyArray<KeySetQuery> =>
  Array.from({ length: queriesTogether }, (_, i) => {
    const known = Math.floor(Math.random() * profiles)
    return { database, keys: [emailKey(i % 2 === 0 ? known : `-none-${known}`)] }
  })
