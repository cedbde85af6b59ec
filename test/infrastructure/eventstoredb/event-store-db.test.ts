import { randomUUID } from 'node:crypto'
import { afterAll, inject } from 'vitest'
import { openEventStoreDb } from '../../../infrastructure/eventstoredb/open-event-store-db.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { eventStoreContract } from '../../contract/event-store.ts'
import { startStandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'

const real = inject('eventStoreUrl')
const server = real === undefined ? await startStandIn() : { url: real, close: async () => {} }
afterAll(() => server.close())

eventStoreContract('EventStoreDB', async () => {
  const prefix = `test-${randomUUID()}-`
  const [first, second] = [
    openEventStoreDb(server.url, { clock: systemClock, prefix }),
    openEventStoreDb(server.url, { clock: systemClock, prefix }),
  ]
  return {
    store: first.eventStore,
    other: second.eventStore,
    close: async () => {
      await first.close()
      await second.close()
    },
  }
})
