import { inspect } from 'node:util'
import { MongoClient, MongoServerError } from 'mongodb'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { beginning, type Position } from '../../../application/ports/position.ts'
import { withoutContent } from '../../../infrastructure/mongodb/mongodb-error.ts'
import { openMongoDb } from '../../../infrastructure/mongodb/open-mongodb.ts'
import { aDatabase } from '../../support/builders/event-builders.ts'
import { aKey, aProfileDocument } from '../../support/builders/profile-builders.ts'
import { dropDatabase, type UniqueDatabase, uniqueDatabase } from '../../support/mongodb/unique-database.ts'
import { freePort } from '../../support/servers/free-port.ts'

const serverUrl = inject('mongodbUrl')
const end = '9' as Position
const none = new Map<string, number>()

/** What a log could reveal about an error. */
const told = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => 'nothing was thrown',
    (thrown: unknown) => thrown,
  )
  return `${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)}`
}

describe.skipIf(serverUrl === undefined)('trouble', () => {
  let database: UniqueDatabase
  let client: MongoClient
  beforeEach(() => {
    database = uniqueDatabase(serverUrl ?? '')
    client = new MongoClient(database.url)
  })
  afterEach(async () => {
    await client.close()
    await dropDatabase(database)
  })
  const collection = (name: string) => client.db(database.name).collection(name)

  test('with a foreign unique index is an error that reveals nothing about the profiles', async () => {
    const {
      projectionStores: { profiles },
      close,
    } = openMongoDb(database.url)
    await profiles.create('v1')
    await collection('profiles_1').createIndex({ 'fields.secret': 1 }, { unique: true })
    const documents = [1, 2].map((n) =>
      aProfileDocument(n, ['email:secret@x.org'], { fields: { secret: 'hush' } }),
    )
    const text = await told(profiles.apply(1, { documents, revisions: none }, beginning, end))
    expect(text).toContain('MongoDB: ')
    expect(text).toContain('11000')
    expect(text).not.toMatch(/hush|secret@|email/)
    expect((await profiles.generations())[0]?.checkpoint).toBe(beginning)
    await close()
  })

  test('with a document that is too large is an error that names the profile', async () => {
    const {
      projectionStores: { profiles },
      close,
    } = openMongoDb(database.url)
    await profiles.create('v1')
    const large = aProfileDocument(1, [], { fields: { secret: 'hush'.repeat(5_000_000) } })
    const error = profiles.apply(1, { documents: [large], revisions: none }, beginning, end)
    await expect(error).rejects.toThrow(
      `MongoDB: the document 1.7.${large.profile.profile_id} of the collection profiles_1 exceeds 16 MiB`,
    )
    expect(await told(error)).not.toContain('hush')
    await close()
  })

  test('with an index of the same name but other keys is reported at startup', async () => {
    const before = openMongoDb(database.url)
    await before.projectionStores.profiles.create('v1')
    await before.close()
    await collection('profiles_1').dropIndex('by_key')
    await collection('profiles_1').createIndex({ keys: 1 }, { name: 'by_key' })
    const { prepare, close } = openMongoDb(database.url)
    await expect(prepare()).rejects.toThrow(
      'MongoDB: the index by_key of the collection profiles_1 cannot be created because another index conflicts with it: drop that index',
    )
    await close()
  })

  test('with a missing index ends with the next start', async () => {
    const before = openMongoDb(database.url)
    await before.projectionStores.profiles.create('v1')
    await before.close()
    await collection('profiles_1').dropIndex('by_key')
    const { prepare, close } = openMongoDb(database.url)
    await prepare()
    await close()
    expect((await collection('profiles_1').indexes()).map(({ name }) => name)).toContain('by_key')
  })

  test.each(['$ne', '$where', '$gt'])(
    'does not arise with keys that look like operators (%s)',
    async (name) => {
      const {
        projectionStores: { profiles },
        profileDirectory,
        close,
      } = openMongoDb(database.url)
      await profiles.create('v1')
      const hostile = [`custom:x:{"${name}":1}`, `$${name}:1`, `$keys:`, `$$ROOT:`]
      await profiles.apply(
        1,
        { documents: hostile.map((key, n) => aProfileDocument(n, [key])), revisions: none },
        beginning,
        end,
      )
      const queries = hostile.map((key) => ({ database: aDatabase(), keys: [aKey(key)] }))
      const { matches } = await profileDirectory.lookup(queries, [`${name}.a`, '$x'])
      expect(matches.map(({ createdRevisions }) => createdRevisions)).toEqual([[0], [1], [2], [3]])
      await close()
    },
  )
})

test('the error for an unreachable server names it, and does not contain the password', async () => {
  const host = `127.0.0.1:${await freePort()}`
  const { prepare, close } = openMongoDb(`mongodb://user:hush@${host}/?serverSelectionTimeoutMS=200`)
  const away = await told(prepare())
  expect(away).toContain(
    `MongoDbError: MongoDB: MongoServerSelectionError: no usable server at ${host} (ECONNREFUSED)`,
  )
  expect(away).not.toContain('hush')
  for (const wrong of ['mongodb://user:hu/sh@host', 'mongodb://user:hush@host/?w=x&nonsense=1', 'hush']) {
    const opening = Promise.resolve(wrong).then(openMongoDb)
    expect(await told(opening)).toMatch(/^(?!.*hu\/?sh)MongoDbError: MongoDB: Mongo\w*Error/s)
  }
  await close()
})

test('a read that the server has stopped because it takes too long is trouble that may pass', () => {
  const stopped = new MongoServerError({ code: 50, codeName: 'MaxTimeMSExpired', message: 'of hush' })
  expect(withoutContent(stopped)).toMatchObject({ kind: 'away', message: 'MongoDB: MaxTimeMSExpired (50)' })
})
