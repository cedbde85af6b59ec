import { eventStoreContract } from '../../contract/event-store.ts'
import { openTwoStores } from './two-stores.ts'

eventStoreContract('SQLite', async () => {
  const { stores, others, close } = openTwoStores()
  return { store: stores.eventStore, other: others.eventStore, close }
})
