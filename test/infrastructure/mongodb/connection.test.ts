import { MongoClient } from 'mongodb'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { Connection } from '../../../infrastructure/mongodb/connection.ts'
import { uniqueDatabase } from '../../support/mongodb/unique-database.ts'

const url = inject('mongodbUrl')
const limits = 'connectTimeoutMS=400&heartbeatFrequencyMS=500&serverSelectionTimeoutMS=100&wtimeoutMS=0'

describe.skipIf(url === undefined)('a connection', () => {
  const database = uniqueDatabase(url ?? '')
  const client = new MongoClient(`${database.url}&${limits}`)
  const connection = new Connection(client, database.name)
  afterAll(() => connection.close())
  const unanswered = () => new Promise<never>(() => {})

  test('ends an operation after the limits of the URL and eight seconds more, as trouble', async () => {
    const began = performance.now()
    await expect(connection.ask(unanswered)).rejects.toMatchObject({
      name: 'MongoDbError',
      kind: 'away',
      message: 'MongoDB: no answer within 9 s',
    })
    expect(performance.now() - began).toBeLessThan(12_000)
  })

  test('ends what waits without a limit when it is closed, and asks nothing afterwards', async () => {
    const waiting = connection.askPatiently(unanswered)
    const ended = expect(waiting).rejects.toThrow('MongoDB: the connection was closed')
    await connection.close()
    await ended
    let asked = false
    const late = connection.ask(async () => {
      asked = true
    })
    await expect(late).rejects.toThrow('MongoDB: the connection was closed')
    expect(asked).toBe(false)
  })
})
