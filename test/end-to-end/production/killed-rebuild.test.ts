import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { dropDatabase, type UniqueDatabase, uniqueDatabase } from '../../support/mongodb/unique-database.ts'
import { type CliHome, cliHome, parsed } from '../../support/real-processes/cli.ts'
import { until } from '../../support/until.ts'

const serverUrl = inject('mongodbUrl')
const total = 8000
const message = (n: number): JsonObject => ({
  account_id: 1,
  db_id: 1,
  feedback_id: `f${n}`,
  email: `user${n}@example.com`,
  data: { visits: { action: 'incr', value: 1 } },
})
const messages = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => message(from + index))

describe.skipIf(serverUrl === undefined)('a rebuild that is killed, on a server', () => {
  let database: UniqueDatabase
  let client: MongoClient
  let home: CliHome
  beforeEach(async () => {
    database = uniqueDatabase(serverUrl ?? '')
    client = await new MongoClient(database.url).connect()
    home = cliHome()
    await home.importing(messages(0, total), { MONGODB_URL: database.url })
  })
  afterEach(async () => {
    await client.close()
    await dropDatabase(database)
  })

  const output = async (...args: ReadonlyArray<string>) => {
    const { status, stdout, stderr } = await home.run(args, { env: { MONGODB_URL: database.url } })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return parsed(stdout)
  }
  const collections = async () =>
    (await client.db().listCollections({ name: /_\d+$/ }).toArray()).map(({ name }) => name).sort()
  const filled = (name: string) => client.db().collection(name).estimatedDocumentCount()

  test.each(['profiles', 'imports'])(
    'leaves %s as they were, and the next one drops what it left',
    async (name) => {
      const rebuilding = home.start(['rebuild', name, '--yes'], { MONGODB_URL: database.url })
      await until(async () => (await filled(`${name}_2`)) > 0)
      expect(await rebuilding.kill('SIGKILL')).toMatchObject({ stdout: '' })
      expect(await filled(`${name}_2`)).toBeGreaterThan(0)
      expect(await output('status')).toMatchObject([{ [name]: { generation: 1, building: [{ id: 2 }] } }])

      await home.importing(messages(total - 10, total + 10), { MONGODB_URL: database.url })
      const all = { profiles: total + 10, imports: total + 20, refusals: 0, search: total + 20 }
      const clean = (generations: Readonly<Record<string, number>> = {}) =>
        Object.entries(all).map(([projection, documents]) => ({
          projection,
          generation: generations[projection] ?? 1,
          documents,
          differences: 0,
        }))
      expect(await output('verify')).toMatchObject(clean())
      expect(await output('rebuild', name, '--yes')).toMatchObject([{ rebuilt: name, generation: 3 }])
      expect(await output('verify')).toMatchObject(clean({ [name]: 3 }))
      const expected = Object.keys(all).map((each) => `${each}_${each === name ? 3 : 1}`)
      expect(await collections()).toEqual(expected.sort())
    },
  )
})
