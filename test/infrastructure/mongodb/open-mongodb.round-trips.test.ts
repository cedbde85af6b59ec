import { MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { beginning, type Position } from '../../../application/ports/position.ts'
import {
  clientOptions,
  type MongoDbStores,
  openStores,
} from '../../../infrastructure/mongodb/open-mongodb.ts'
import { aDatabase, anImportId } from '../../support/builders/event-builders.ts'
import { aKey, aProfileDocument } from '../../support/builders/profile-builders.ts'
import { dropDatabase, uniqueDatabase } from '../../support/mongodb/unique-database.ts'

const serverUrl = inject('mongodbUrl')
const at = (n: number): Position => String(n) as Position
const reads = new Set(['find', 'aggregate', 'listCollections'])
const emailKey = (n: number) => `email:user${n}@example.com`

describe.skipIf(serverUrl === undefined)('round trips', () => {
  const database = uniqueDatabase(serverUrl ?? '')
  const commands: Array<string> = []
  const unlimited = new Set<string>()
  let stores: MongoDbStores
  beforeAll(async () => {
    const client = new MongoClient(database.url, { ...clientOptions, monitorCommands: true })
    client.on('commandStarted', ({ commandName, command }) => {
      commands.push(`${commandName} ${command[commandName]}`)
      if (reads.has(commandName) && command.maxTimeMS !== 8000) unlimited.add(JSON.stringify(command))
    })
    stores = await openStores(await client.connect(), database.name)
    await stores.projectionStores.profiles.create('v1')
    await stores.projectionStores.imports.create('v1')
    const documents = Array.from({ length: 1000 }, (_, n) =>
      aProfileDocument(n, [emailKey(n), emailKey(n % 500), 'tag:all', 'tag:each']),
    )
    await stores.projectionStores.profiles.apply(
      1,
      { documents, revisions: new Map([['profiles-1.7', 999]]) },
      beginning,
      at(1000),
    )
    // A process learns from its first answers which generations are live.
    await Promise.all([stores.profileDirectory.lookup([], []), stores.auditIndex.lookup([], [])])
  })
  afterAll(async () => {
    await stores?.close()
    if (serverUrl !== undefined) await dropDatabase(database)
  })

  const during = async (work: () => Promise<unknown>): Promise<ReadonlyArray<string>> => {
    commands.length = 0
    await work()
    return [...commands]
  }

  test.each([1, 200, 1000])(
    'a lookup of %i messages: the pointer, and one for all profiles',
    async (messages) => {
      const queries = Array.from({ length: messages }, (_, n) => ({
        database: aDatabase(),
        keys: n % 7 === 0 ? [aKey('tag:all'), aKey(emailKey(n))] : [aKey(emailKey(n))],
      }))
      let answer: Awaited<ReturnType<typeof stores.profileDirectory.lookup>> | undefined
      const seen = await during(async () => {
        answer = await stores.profileDirectory.lookup(queries, ['profiles-1.7', 'profiles-2.1'])
      })
      expect(seen).toEqual(['find projections', 'aggregate profiles_1'])
      expect(answer?.revisions).toEqual([999, -1])
      expect(answer?.matches.map(({ createdRevisions }) => createdRevisions)).toEqual(
        queries.map((_, n) => (n < 500 ? [n, n + 500] : [n])),
      )
    },
  )

  test('a lookup of a key that many profiles have: both once more', async () => {
    const query = { database: aDatabase(), keys: [aKey('tag:all')] }
    let answer: Awaited<ReturnType<typeof stores.profileDirectory.lookup>> | undefined
    const seen = await during(async () => {
      answer = await stores.profileDirectory.lookup([query], [])
    })
    // The second pipeline begins with the one pointer document; profiles_1 is joined to it.
    expect(seen).toEqual([
      ...['find projections', 'aggregate profiles_1'],
      ...['find projections', 'aggregate projections'],
    ])
    expect(answer?.matches[0]?.createdRevisions).toEqual(Array.from({ length: 100 }, (_, n) => n))
  })

  test('a lookup of more keys than a command can hold: as many as necessary', async () => {
    const tags = Array.from({ length: 20_000 }, (_, n) => aKey(`tag:${n}${'-'.repeat(80)}`))
    const queries = [aKey(emailKey(7)), ...tags.slice(0, 3)].map((key, n) => ({
      database: aDatabase(),
      keys: n === 0 ? [key] : [key, ...tags],
    }))
    queries.push({ database: aDatabase(), keys: [aKey(emailKey(600))] })
    let answer: Awaited<ReturnType<typeof stores.profileDirectory.lookup>> | undefined
    const seen = await during(async () => {
      answer = await stores.profileDirectory.lookup(queries, ['profiles-1.7'])
    })
    expect(seen.filter((command) => command.startsWith('aggregate'))).toHaveLength(3)
    expect(answer?.revisions).toEqual([999])
    expect(answer?.matches.map(({ createdRevisions }) => createdRevisions)).toEqual([
      [7, 507],
      [],
      [],
      [],
      [600],
    ])
  })

  test('a lookup of imports: the pointer, and one for all', async () => {
    const ids = Array.from({ length: 2000 }, (_, n) => anImportId(n))
    expect(await during(() => stores.auditIndex.lookup(ids, ['profiles-1.7']))).toEqual([
      'find projections',
      'aggregate imports_1',
    ])
  })

  test('a load: one for all documents, and the pointer', async () => {
    const refs = Array.from({ length: 1000 }, (_, n) => ({
      database: aDatabase(),
      profileId: aProfileDocument(n).profile.profile_id,
    }))
    expect(await during(() => stores.projectionStores.profiles.load(1, refs))).toEqual([
      'find profiles_1',
      'find projections',
    ])
  })

  test('a read tells the server when to stop', async () => {
    const several = { database: aDatabase(), keys: [aKey('tag:all'), aKey('tag:each')] }
    expect(await during(() => stores.profileDirectory.lookup([several], []))).toContain('find profiles_1')
    await stores.projectionStores.profiles.create('v2')
    await stores.prepare()
    await stores.probe()
    expect([...unlimited]).toEqual([])
  })

  test('an apply: the pointer, one bulk write, the checkpoint', async () => {
    const documents = Array.from({ length: 1000 }, (_, n) => aProfileDocument(n, [], { revision: n + 1000 }))
    const changes = { documents, revisions: new Map([['profiles-1.7', 1999]]) }
    expect(
      await during(() => stores.projectionStores.profiles.apply(1, changes, at(1000), at(2000))),
    ).toEqual(['find projections', 'update profiles_1', 'update projections'])
  })
})
