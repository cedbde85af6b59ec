import { MongoClient } from 'mongodb'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { Connection } from '../../../infrastructure/mongodb/connection.ts'
import { tellProgress } from '../../../infrastructure/mongodb/tell-progress.ts'
import { uniqueDatabase } from '../../support/mongodb/unique-database.ts'

const url = inject('mongodbUrl')

describe.skipIf(url === undefined)('an index that takes long', () => {
  const database = uniqueDatabase(url ?? '')
  const lines: Array<unknown> = []
  const connection = new Connection(new MongoClient(database.url), database.name, {
    info: (...line: ReadonlyArray<unknown>) => lines.push(line),
    warn: () => {},
  })
  afterAll(() => connection.close())

  test('is told with its collection and the time that it has taken, until it is built', async () => {
    const building = new Promise((resolve) => setTimeout(resolve, 7000))
    await tellProgress(connection, 'profiles_1', 'by_key', building)
    expect(lines).toEqual([
      [{ collection: 'profiles_1', index: 'by_key', seconds: 5 }, 'building an index of the read models'],
    ])
  })
})
