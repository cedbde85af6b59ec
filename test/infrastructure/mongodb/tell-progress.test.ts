import { MongoClient } from 'mongodb'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { Connection } from '../../../infrastructure/mongodb/connection.ts'
import { tellProgress } from '../../../infrastructure/mongodb/tell-progress.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { uniqueDatabase } from '../../support/mongodb/unique-database.ts'
import { until } from '../../support/until.ts'

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
    const { clock, pass, sleeping } = manualClock()
    let finish = () => {}
    const building = new Promise<void>((resolve) => {
      finish = resolve
    })
    const told = tellProgress(clock, connection, 'profiles_1', 'by_key', building)
    for (const count of [1, 2]) {
      await pass(5000)
      await until(() => lines.length === count)
    }
    await pass(2000)
    finish()
    await told
    expect(sleeping()).toBe(0)
    const line = (seconds: number) => [
      { collection: 'profiles_1', index: 'by_key', seconds },
      'building an index of the read models',
    ]
    expect(lines).toEqual([line(5), line(10)])
  })
})
