import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { mongoDbChecks } from '../../../infrastructure/mongodb/mongodb-checks.ts'
import { openMongoDb } from '../../../infrastructure/mongodb/open-mongodb.ts'
import { checkLines } from '../../support/check-lines.ts'

const server = inject('mongodbUrl')
const name = Buffer.from('maxWireVersion\0')

/** A port in front of a server, behind which it looks like MongoDB 4.4. */
const olderServer = async (host: string, port: number): Promise<Server> => {
  const older = createServer((near) => {
    const far = connect(port, host)
    near.pipe(far).on('error', () => near.destroy())
    near.on('error', () => far.destroy())
    far.on('close', () => near.destroy())
    far.on('data', (data) => {
      const at = data.indexOf(name)
      if (at >= 0) data.writeInt32LE(9, at + name.length)
      near.write(data)
    })
  })
  await once(older.listen(0, '127.0.0.1'), 'listening')
  return older
}

describe.skipIf(server === undefined)('a server older than 5.0', () => {
  let older: Server
  let url: string
  beforeAll(async () => {
    const parts = new URL(server ?? '')
    older = await olderServer(parts.hostname, Number(parts.port || 27017))
    parts.host = `127.0.0.1:${(older.address() as AddressInfo).port}`
    parts.searchParams.set('directConnection', 'true')
    url = parts.href
  })
  afterAll(() => older?.close())

  test('is refused by the service', async () => {
    const stores = openMongoDb(url)
    await expect(stores.prepare()).rejects.toMatchObject({
      kind: 'refusing',
      message: 'MongoDB: the server is too old: MongoDB 5.0 or newer is needed',
    })
    await stores.close()
  })

  test('fails the check', async () => {
    expect(await checkLines(mongoDbChecks(url))).toEqual([
      'connection to MongoDB: failed: MongoDB: the server is too old: MongoDB 5.0 or newer is needed',
    ])
  })
})
