import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { beginning, type Position } from '../../../application/ports/position.ts'
import type { ProfileDocument } from '../../../application/ports/profile-document.ts'
import { openMongoDb } from '../../../infrastructure/mongodb/open-mongodb.ts'
import { aProfileDocument } from '../../support/builders/profile-builders.ts'
import type { PrivateServer } from '../../support/mongodb/server/private-server.ts'
import { startPrivateServer } from '../../support/mongodb/server/start-private-server.ts'
import { until } from '../../support/until.ts'

describe.skipIf(!inject('mongodbPrivate'))('a server that goes down in mid-stream', () => {
  let server: PrivateServer
  beforeAll(async () => {
    server = await startPrivateServer()
  })
  afterAll(async () => {
    await server?.dispose()
  })

  test('is used again from the checkpoint, once it is back', async () => {
    const {
      projectionStores: { profiles },
      close,
    } = openMongoDb(`${server.url}/?serverSelectionTimeoutMS=500`)
    await profiles.create('v1')
    const batches = 40
    const documents = (n: number) =>
      Array.from({ length: 20 }, (_, i) => aProfileDocument(n * 20 + i, [`email:${n}.${i}@x.org`]))
    let reached = 0
    let failures = 0
    const step = async () => {
      const from = (await profiles.generations())[0]?.checkpoint ?? beginning
      reached = Number(from)
      const changes = { documents: documents(reached), revisions: new Map([['s', reached]]) }
      if (reached < batches) await profiles.apply(1, changes, from, String(reached + 1) as Position)
    }
    const projecting = until(async () => {
      await step().catch((error: unknown) => {
        expect(error).toHaveProperty('name', 'MongoDbError')
        failures += 1
      })
      return reached >= batches
    })
    await until(() => reached > 5)
    await server.kill()
    await until(() => failures > 0)
    await server.start()
    await projecting
    const found: Array<ProfileDocument> = []
    for await (const batch of profiles.scan(1, new AbortController().signal)) found.push(...batch)
    expect(found).toEqual(Array.from({ length: batches }, (_, n) => documents(n)).flat())
    await close()
  })

  test('has what it confirmed when it is killed at that moment', async () => {
    const url = `${server.url}/confirmed`
    const {
      projectionStores: { profiles },
      close,
    } = openMongoDb(url)
    await profiles.create('v1')
    const kills = 6
    for (let n = 0; n < kills; n++) {
      const changes = {
        documents: [aProfileDocument(n, [`email:${n}@x.org`])],
        revisions: new Map([['s', n]]),
      }
      await profiles.apply(
        1,
        changes,
        (n === 0 ? beginning : String(n)) as Position,
        String(n + 1) as Position,
      )
      await server.kill()
      await server.start()
      expect((await profiles.generations())[0]?.checkpoint).toBe(String(n + 1))
      expect(await profiles.count(1)).toBe(n + 1)
    }
    await close()
  })

  test('is connected to when it starts, even by a client that found none at first', async () => {
    await server.kill()
    const {
      projectionStores: { profiles },
      prepare,
      close,
    } = openMongoDb(`${server.url}/other?serverSelectionTimeoutMS=200`)
    await expect(profiles.generations()).rejects.toThrow('MongoDB: MongoServerSelectionError')
    await expect(prepare()).rejects.toThrow('MongoDB: MongoServerSelectionError')
    await server.start()
    await prepare()
    expect(await profiles.generations()).toEqual([])
    await close()
  })
})
