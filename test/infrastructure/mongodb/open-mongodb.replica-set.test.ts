import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { beginning, type Position } from '../../../application/ports/position.ts'
import type { ProfileDocument } from '../../../application/ports/profile-document.ts'
import { neededActions } from '../../../infrastructure/mongodb/missing-actions.ts'
import { type MongoDbStores, openMongoDb } from '../../../infrastructure/mongodb/open-mongodb.ts'
import { profiles } from '../../contract/documents.ts'
import { projectionStoreContract } from '../../contract/projection-store.ts'
import { aProfileDocument } from '../../support/builders/profile-builders.ts'
import { presentMongod } from '../../support/mongodb/server/mongod.ts'
import { type ReplicaSet, startReplicaSet } from '../../support/mongodb/server/replica-set.ts'
import { uniqueDatabase } from '../../support/mongodb/unique-database.ts'
import { until } from '../../support/until.ts'

/**
 * Milliseconds: a silent primary is noticed within seven seconds and replaced, or the time limit of an operation ends
 * the wait. Writes may wait longer, until the other secondary no longer copies from the silent primary.
 */
const longestRead = 15_000

describe.skipIf(!inject('mongodbReplicaSet'))('on a replica set with TLS and authentication', () => {
  let set: ReplicaSet
  beforeAll(async () => {
    const mongod = presentMongod()
    if (mongod === undefined) throw new Error('mongod has vanished')
    set = await startReplicaSet(mongod)
  })
  afterAll(() => set?.dispose())
  const open = (more = '') => openMongoDb(`${uniqueDatabase(set.url).url}${more}`)

  // How a document is stored does not depend on the servers.
  const some = { ...profiles, awkward: profiles.awkward.slice(0, 1), largest: [] }
  projectionStoreContract('MongoDB', some, async () => {
    const { url } = uniqueDatabase(set.url)
    const [stores, others] = [openMongoDb(url), openMongoDb(url)]
    return {
      store: stores.projectionStores.profiles,
      other: others.projectionStores.profiles,
      close: async () => {
        await Promise.all([stores.close(), others.close()])
      },
    }
  })

  const documentsOf = (n: number) =>
    [1, 2, 3].map((i) => aProfileDocument(n * 3 + i, [`email:${n}.${i}@x.org`]))

  /** Applies one batch after another until told to end. `longestRead`: milliseconds of one. */
  const applying = (stores: MongoDbStores) => {
    const store = stores.projectionStores.profiles
    const errors: Array<unknown> = []
    const seen = { applied: 0, longestRead: 0, errors }
    let going = true
    const step = async () => {
      const began = performance.now()
      const generations = await store.generations().finally(() => {
        seen.longestRead = Math.max(seen.longestRead, performance.now() - began)
      })
      const from = generations[0]?.checkpoint ?? beginning
      const n = Number(from)
      const changes = { documents: documentsOf(n), revisions: new Map([['s', n]]) }
      await store.apply(1, changes, from, String(n + 1) as Position)
      seen.applied = n + 1
    }
    const running = until(async () => {
      await step().catch((error: unknown) => seen.errors.push(error))
      return !going
    })
    return {
      seen,
      more: () => {
        const reached = seen.applied
        return until(() => seen.applied > reached + 3)
      },
      end: async () => {
        going = false
        await running
      },
    }
  }

  const found = async (stores: MongoDbStores) => {
    const documents: Array<ProfileDocument> = []
    for await (const batch of stores.projectionStores.profiles.scan(1, new AbortController().signal))
      documents.push(...batch)
    return documents
  }

  const authority = () => `tlsCAFile=${encodeURIComponent(set.parts.caFile)}`
  const host = () => set.parts.hosts.split(',')[0] ?? ''
  test.each<[what: string, kind: string, text: RegExp, url: () => string]>([
    [
      'no TLS',
      'away',
      /127.0.0.1:\d+ \(it closes the connection\)/,
      () => `${host()}/?directConnection=true`,
    ],
    [
      'an unknown authority',
      'away',
      /127.0.0.1:\d+ \((SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE)\)/,
      () => `${host()}/?tls=true`,
    ],
    [
      'a file that is not there',
      'refusing',
      /^MongoDB: cannot read a file that MONGODB_URL names \(ENOENT\)$/,
      () => `${host()}/?tls=true&tlsCAFile=/no/such/file`,
    ],
    [
      'another replica set',
      'refusing',
      /: no server is a member of the replica set other$/,
      () => `${set.parts.hosts}/?tls=true&${authority()}&replicaSet=other`,
    ],
    [
      'a wrong password',
      'refusing',
      /^MongoDB: AuthenticationFailed \(18\)$/,
      () => `importer:wrong@${set.parts.hosts}/?tls=true&${authority()}&authSource=admin`,
    ],
    [
      'no user',
      'refusing',
      /^MongoDB: Unauthorized \(13\)$/,
      () => `${set.parts.hosts}/?tls=true&${authority()}`,
    ],
  ])('says so of %s, which is %s', async (_, kind, text, url) => {
    const stores = openMongoDb(`mongodb://${url()}&serverSelectionTimeoutMS=1000`)
    await expect(stores.prepare()).rejects.toMatchObject({ kind, message: expect.stringMatching(text) })
    await stores.close()
  })

  test('views follow for a user who may only what is needed, which includes no change of a view', async () => {
    const { name, url } = uniqueDatabase(set.url)
    const primary = await set.primary()
    const privileges = [{ resource: { db: name, collection: '' }, actions: neededActions }]
    await set.ask(primary, { createRole: 'few', privileges, roles: [] })
    await set.ask(primary, { createUser: 'few', pwd: 'hush', roles: ['few'] })
    const warnings: Array<object> = []
    const logger = { info: () => {}, warn: (fields: object) => warnings.push(fields) }
    const fewUrl = url.replace('importer:', 'few:')
    const [stores, client] = [openMongoDb(fewUrl, { logger }), new MongoClient(fewUrl)]
    const { profiles: store } = stores.projectionStores
    await store.create('v1')
    const { id } = await store.create('v2')
    const changes = { documents: documentsOf(1), revisions: new Map<string, number>() }
    expect(await store.apply(id, changes, beginning, '1' as Position)).toBe('applied')
    expect(await client.db(name).collection('profiles').countDocuments()).toBe(0)
    expect(await store.switchTo(id)).toBe(true)
    expect(await client.db(name).collection('profiles').countDocuments()).toBe(documentsOf(1).length)
    expect(warnings).toEqual([])
    await client.close()
    await stores.close()
  })

  test('goes on when the primary is killed, steps down or falls silent, and loses nothing', async () => {
    const stores = open()
    await stores.projectionStores.profiles.create('v1')
    const { seen, more, end } = applying(stores)
    await more()
    const killed = await set.primary()
    await killed.kill()
    await more()
    await killed.start()
    await more()
    await set.ask(await set.primary(), { replSetStepDown: 5, secondaryCatchUpPeriodSecs: 4 })
    await more()
    const silent = await set.primary()
    await silent.suspend()
    await more()
    await new Promise((resolve) => setTimeout(resolve, 8000))
    await silent.resume()
    await more()
    await end()
    for (const error of seen.errors) expect(error).toMatchObject({ name: 'MongoDbError', kind: 'away' })
    expect(seen.longestRead).toBeLessThan(longestRead)
    expect(await found(stores)).toEqual(Array.from({ length: seen.applied }, (_, n) => documentsOf(n)).flat())
    await stores.close()
  })

  test('says that a majority does not confirm, and goes on exactly where it was once it does', async () => {
    const stores = open('&wtimeoutMS=500')
    await stores.projectionStores.profiles.create('v1')
    const { seen, more, end } = applying(stores)
    await more()
    const primary = await set.primary()
    const others = set.members.filter((member) => member !== primary)
    // They stay in touch, but no longer copy what the primary writes.
    for (const other of others) await set.ask(other, { fsync: 1, lock: true })
    const began = performance.now()
    await until(() => seen.errors.length > 2)
    // By default, each takes ten seconds.
    expect(performance.now() - began).toBeLessThan(10_000)
    for (const other of others) await set.ask(other, { fsyncUnlock: 1 })
    await more()
    await end()
    for (const error of seen.errors)
      expect(error).toMatchObject({
        kind: 'away',
        message: 'MongoDB: a majority did not confirm a write (64)',
      })
    expect(await found(stores)).toEqual(Array.from({ length: seen.applied }, (_, n) => documentsOf(n)).flat())
    await stores.close()
  })
})
