import { profiles, refusals } from '../../contract/documents.ts'
import { projectionStoreContract } from '../../contract/projection-store.ts'
import { openTwoStores } from './two-stores.ts'

projectionStoreContract('SQLite, profiles', profiles, async () => {
  const { stores, others, close } = openTwoStores()
  return { store: stores.projectionStores.profiles, other: others.projectionStores.profiles, close }
})

projectionStoreContract('SQLite, refusals', refusals, async () => {
  const { stores, others, close } = openTwoStores()
  return { store: stores.projectionStores.refusals, other: others.projectionStores.refusals, close }
})
