import { describe, expect, test } from 'vitest'
import { beginning } from '../../../application/ports/position.ts'
import { openEventStoreDb } from '../../../infrastructure/eventstoredb/open-event-store-db.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { creations } from '../../support/builders/event-builders.ts'
import { appending, idsOf, opened, taking } from '../../support/eventstoredb/opened.ts'
import { aSecuredServer } from '../../support/eventstoredb/secured-server.ts'

const stream = 'profiles-1.7'
const never = new AbortController().signal

describe('TLS, user and password', () => {
  test('are used for every call', async () => {
    const { url } = await aSecuredServer()
    const store = opened(url('importer:s3cr%2Ft%40'))
    await appending(store, stream, -1, creations(0, 2))
    expect(idsOf(await taking(store.read(beginning, never)))).toEqual(idsOf(creations(0, 2)))
    expect(await store.readStream(stream, 0, 10)).toHaveLength(2)
    expect(await store.writeCheckpoint('replies', undefined, await store.end())).toBe(true)
    expect(await store.readCheckpoint('replies')).toBe(await store.end())
  })

  test('give a clear error that does not contain them, when they are wrong', async () => {
    const { url } = await aSecuredServer()
    const store = opened(url('importer:hunter2'))
    const result = await appending(store, stream, -1, creations(0, 1))
    const message = 'EventStoreDB: 16 UNAUTHENTICATED: Bad HTTP authentication'
    expect(result).toMatchObject({ tag: 'Unknown', cause: { message, kind: 'refusing' } })
    await expect(store.end()).rejects.toMatchObject({ message, kind: 'refusing' })
  })

  test('an untrusted certificate is refused', async () => {
    const { untrusted } = await aSecuredServer()
    const store = opened(untrusted)
    await expect(store.end()).rejects.toThrow(/^EventStoreDB: .*(certificate|self.signed)/)
  })

  test('a missing file is reported at once', () => {
    expect(() =>
      openEventStoreDb('esdb://a:hunter2@localhost?tlsCAFile=none.pem', { clock: systemClock }),
    ).toThrow('EventStoreDB client: Failed to load certificate file. File was not found.')
  })
})
