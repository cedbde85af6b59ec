import { type Document, MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { beginning, type Position } from '../../../application/ports/position.ts'
import { type MongoDbStores, openMongoDb } from '../../../infrastructure/mongodb/open-mongodb.ts'
import { aProfileDocument } from '../../support/builders/profile-builders.ts'
import { dropDatabase, type UniqueDatabase, uniqueDatabase } from '../../support/mongodb/unique-database.ts'

const server = inject('mongodbUrl') ?? ''
const at = (n: number): Position => String(n) as Position
const changes = (n: number) => ({ documents: [aProfileDocument(n)], revisions: new Map<string, number>() })

describe.skipIf(server === '')('the view of a projection', () => {
  let database: UniqueDatabase
  let client: MongoClient
  let opened: Array<MongoDbStores>
  let warnings: Array<object>
  beforeEach(() => {
    database = uniqueDatabase(server)
    client = new MongoClient(database.url)
    opened = []
    warnings = []
  })
  afterEach(async () => {
    await Promise.all(opened.map((stores) => stores.close()))
    await client.close()
    await dropDatabase(database)
  })

  const open = () => {
    const logger = { info: () => {}, warn: (fields: object) => warnings.push(fields) }
    const stores = openMongoDb(database.url, { logger })
    opened.push(stores)
    return stores
  }
  const db = () => client.db(database.name)
  const shown = async (name = 'profiles'): Promise<Document | undefined> =>
    (await db().listCollections({ name }).toArray())[0]
  const viewed = async () => (await shown())?.options.viewOn
  const idsInView = async () => (await db().collection('profiles').find().toArray()).map(({ _id }) => _id)

  /** A generation, with one document, that could be made live. */
  const built = async ({ projectionStores: { profiles } }: MongoDbStores, n: number) => {
    const { id } = await profiles.create(`v${n}`)
    await profiles.apply(id, changes(n), beginning, at(n))
    return id
  }

  test('follows the live generation, before the old one is dropped', async () => {
    const stores = open()
    const { profiles } = stores.projectionStores
    await built(stores, 1)
    expect(await viewed()).toBe('profiles_1')
    const [first] = await idsInView()
    const second = await built(stores, 2)
    expect(await viewed()).toBe('profiles_1')
    await profiles.switchTo(second)
    expect(await viewed()).toBe('profiles_2')
    await profiles.drop(1)
    const ids = await idsInView()
    expect(ids).toHaveLength(1)
    expect(ids).not.toEqual([first])
  })

  test('is repaired by a start, by an apply, and before a generation is dropped', async () => {
    const [stores, others] = [open(), open()]
    const { profiles } = stores.projectionStores
    await built(stores, 1)
    const point = (viewOn: string) => db().command({ collMod: 'profiles', viewOn, pipeline: [] })
    await profiles.switchTo(await built(stores, 2))

    // As if a process had been killed after the switch.
    await point('profiles_1')
    await others.prepare()
    expect(await viewed()).toBe('profiles_2')

    await db().collection('profiles').drop()
    await open().prepare()
    expect(await viewed()).toBe('profiles_2')

    await point('profiles_1')
    await open().projectionStores.profiles.apply(2, changes(3), at(2), at(3))
    expect(await viewed()).toBe('profiles_2')

    await point('profiles_1')
    await open().projectionStores.profiles.drop(1)
    expect(await viewed()).toBe('profiles_2')
    expect(warnings).toEqual([])
  })

  test('ends on the live generation when several processes switch at once', async () => {
    const all = Array.from({ length: 4 }, () => open())
    await built(all[0] as MongoDbStores, 1)
    for (let round = 1; round <= 10; round++) {
      const ids = await Promise.all(all.map((stores) => built(stores, round)))
      await Promise.all(all.map(({ projectionStores: { profiles } }, n) => profiles.switchTo(ids[n] ?? 0)))
      const pointer = await db()
        .collection<{ _id: string; live: number }>('projections')
        .findOne({ _id: 'profiles' })
      expect(await viewed()).toBe(`profiles_${pointer?.live}`)
    }
    expect(warnings).toEqual([])
  })

  const name = 'profiles'
  test.each<[what: string, command: Document]>([
    ['collection', { create: name }],
    ['view of another collection', { create: name, viewOn: 'people', pipeline: [] }],
    ['view of a part', { create: name, viewOn: 'profiles_1', pipeline: [{ $match: { account_id: 1 } }] }],
  ])('leaves a %s that others have made under its name, and says so once', async (_, command) => {
    await db().command(command)
    const before = await shown()
    const stores = open()
    await built(stores, 1)
    await stores.projectionStores.profiles.apply(1, changes(2), at(1), at(2))
    expect(await shown()).toEqual(before)
    expect(warnings).toEqual([
      { view: 'profiles', reason: 'MongoDB: its name belongs to a collection or view of others' },
    ])
  })
})
