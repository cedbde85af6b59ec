import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { mongoDbChecks } from '../../../infrastructure/mongodb/mongodb-checks.ts'
import { openMongoDb } from '../../../infrastructure/mongodb/open-mongodb.ts'
import { checkLines } from '../../support/check-lines.ts'

const server = inject('mongodbUrl')

/** A port in front of a server, behind which its greeting has another number. */
const altered = async (host: string, port: number, member: string, value: number): Promise<Server> => {
  const name = Buffer.from(`${member}\0`)
  const front = createServer((near) => {
    const far = connect(port, host)
    near.pipe(far).on('error', () => near.destroy())
    near.on('error', () => far.destroy())
    far.on('close', () => near.destroy())
    far.on('data', (data) => {
      const at = data.indexOf(name)
      if (at >= 0) data.writeInt32LE(value, at + name.length)
      near.write(data)
    })
  })
  await once(front.listen(0, '127.0.0.1'), 'listening')
  return front
}

const tooOld = 'MongoDB: the server is too old: MongoDB 5.0 or newer is needed'
const tooNew = 'MongoDB: MongoCompatibilityError'
const advice = ': correct MONGODB_URL, or use another version of MongoDB'

describe.skipIf(server === undefined).each([
  { what: 'older than 5.0', member: 'maxWireVersion', value: 9, message: tooOld, check: tooOld },
  {
    what: 'too old for the driver',
    member: 'maxWireVersion',
    value: 7,
    message: tooOld,
    check: `${tooOld}${advice}`,
  },
  {
    what: 'too new for the driver',
    member: 'minWireVersion',
    value: 99,
    message: tooNew,
    check: `${tooNew}${advice}`,
  },
])('a server that is $what', ({ member, value, message, check }) => {
  let front: Server
  let url: string
  beforeAll(async () => {
    const parts = new URL(server ?? '')
    front = await altered(parts.hostname, Number(parts.port || 27017), member, value)
    parts.host = `127.0.0.1:${(front.address() as AddressInfo).port}`
    parts.searchParams.set('directConnection', 'true')
    parts.searchParams.set('serverSelectionTimeoutMS', '1000')
    url = parts.href
  })
  afterAll(() => front?.close())

  test('is refused by the service', async () => {
    const stores = openMongoDb(url)
    await expect(stores.prepare()).rejects.toMatchObject({ kind: 'refusing', message })
    await stores.close()
  })

  test('fails the check', async () => {
    expect(await checkLines(mongoDbChecks(url))).toEqual([`connection to MongoDB: failed: ${check}`])
  })
})
