import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { beginning, type Position } from '../../../application/ports/position.ts'
import { type MongoDbStores, openMongoDb } from '../../../infrastructure/mongodb/open-mongodb.ts'
import { aProfileDocument } from '../../support/builders/profile-builders.ts'
import type { PrivateServer } from '../../support/mongodb/server/private-server.ts'
import { startPrivateServer } from '../../support/mongodb/server/start-private-server.ts'
import { uniqueDatabase } from '../../support/mongodb/unique-database.ts'
import { openTcpGate, type TcpGate } from '../../support/servers/tcp-gate.ts'

const secondsOf = async (work: Promise<unknown>) => {
  const began = performance.now()
  await work
  return (performance.now() - began) / 1000
}

describe.skipIf(!inject('mongodbPrivate'))('a server that falls silent', () => {
  let server: PrivateServer
  let gate: TcpGate
  let stores: MongoDbStores
  beforeAll(async () => {
    server = await startPrivateServer()
  })
  afterAll(() => server?.dispose())
  beforeEach(async () => {
    gate = await openTcpGate(Number(new URL(server.url).port))
    stores = openMongoDb(uniqueDatabase(`mongodb://127.0.0.1:${gate.port}`).url)
    await stores.prepare()
    await stores.projectionStores.profiles.create('v1')
  })
  afterEach(() => gate.dispose())

  test('is noticed by a call that waits for an answer', async () => {
    const { profiles } = stores.projectionStores
    gate.fallSilent()
    const noticing = expect(profiles.generations()).rejects.toThrow('MongoDB: ')
    expect(await secondsOf(noticing)).toBeLessThan(20)
    await stores.close()
  })

  test('does not delay closing, even during a scan', async () => {
    const { profiles } = stores.projectionStores
    // More than are requested at a time.
    const documents = Array.from({ length: 1001 }, (_, n) => aProfileDocument(n, [`email:${n}@x.org`]))
    await profiles.apply(1, { documents, revisions: new Map([['s', 1]]) }, beginning, '1' as Position)
    const scan = profiles.scan(1, new AbortController().signal)[Symbol.asyncIterator]()
    await scan.next()
    const asking = expect(profiles.generations()).rejects.toThrow('MongoDB: ')
    gate.fallSilent()
    expect(await secondsOf(stores.close())).toBeLessThan(2)
    await asking
    const toItsEnd = async () => {
      while (!(await scan.next()).done);
    }
    await expect(toItsEnd()).rejects.toThrow('MongoDB: ')
  })
})
