import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { mongoDbChecks } from '../../../infrastructure/mongodb/mongodb-checks.ts'
import { checkLines } from '../../support/check-lines.ts'
import { isMongoDb } from '../../support/mongodb/server/is-mongodb.ts'
import { dropDatabase, uniqueDatabase } from '../../support/mongodb/unique-database.ts'
import { freePort } from '../../support/servers/free-port.ts'

const server = inject('mongodbUrl') ?? ''
const linesOf = (url: string) => checkLines(mongoDbChecks(url))
const connected = expect.stringMatching(/^connection to MongoDB: ok \(version \d+\.\d+/)

describe.skipIf(server === '')('the checks of MongoDB', () => {
  const database = uniqueDatabase(server)
  const client = new MongoClient(database.url)
  afterAll(() => client.close())

  test('find nothing missing, and create nothing', async () => {
    expect(await linesOf(database.url)).toEqual([
      connected,
      expect.stringMatching(`^MongoDB: rights on the database ${database.name}: ok`),
    ])
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true })
    expect(databases.map(({ name }) => name)).not.toContain(database.name)
    expect(await client.db(database.name).listCollections().toArray()).toEqual([])
  })
})

describe.skipIf(server === '' || !(await isMongoDb(server)))('the checks of MongoDB for a user', () => {
  const database = uniqueDatabase(server)
  const client = new MongoClient(database.url)
  const as = (user: string, password = 'hush') => {
    const url = new URL(database.url)
    url.searchParams.set('authSource', database.name)
    return Object.assign(url, { username: user, password }).href
  }
  beforeAll(async () => {
    for (const role of ['read', 'readWrite', 'dbOwner'])
      await client.db(database.name).command({ createUser: role, pwd: 'hush', roles: [role] })
  })
  afterAll(async () => {
    await client.db(database.name).command({ dropAllUsersFromDatabase: 1 })
    await client.close()
    await dropDatabase(database)
  })

  test.each(['readWrite', 'dbOwner'])('with the role %s find nothing missing', async (role) => {
    expect(await linesOf(as(role))).toEqual([
      connected,
      `MongoDB: rights on the database ${database.name}: ok`,
    ])
  })

  test('name the rights that it lacks', async () => {
    expect(await linesOf(as('read'))).toEqual([
      connected,
      `MongoDB: rights on the database ${database.name}: failed: the user may not insert, update, ` +
        `createCollection, createIndex, dropCollection: grant it the role readWrite on ${database.name}`,
    ])
  })

  test('say that the password is wrong without showing it', async () => {
    expect(await linesOf(as('read', 'hushhush'))).toEqual([
      'connection to MongoDB: failed: MongoDB: AuthenticationFailed (18): correct user, password and authSource in MONGODB_URL',
    ])
  })
})

test('the checks of MongoDB say that the server is away', async () => {
  expect(
    await linesOf(`mongodb://user:hush@127.0.0.1:${await freePort()}/?serverSelectionTimeoutMS=60000`),
  ).toEqual([
    expect.stringMatching(
      /^connection to MongoDB: failed: MongoDB: .*: start the server, or correct MONGODB_URL$/,
    ),
  ])
})
