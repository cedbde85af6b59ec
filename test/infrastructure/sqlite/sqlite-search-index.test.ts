import { searchIndexContract } from '../../contract/search-index.ts'
import { openTwoStores } from './two-stores.ts'

searchIndexContract('SQLite', async () => {
  const { stores, others, close } = openTwoStores()
  return { searchIndex: stores.searchIndex, search: others.projectionStores.search, close }
})
