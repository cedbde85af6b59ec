import { projectionStoreContract } from '../../contract/projection-store.ts'
import { openTwoStores } from './two-stores.ts'

projectionStoreContract('SQLite', async () => {
  const { stores, others, close } = openTwoStores()
  return { store: stores.projectionStores.profiles, other: others.projectionStores.profiles, close }
})
