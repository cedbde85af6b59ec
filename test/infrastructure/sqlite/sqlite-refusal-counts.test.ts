import { refusalCountsContract } from '../../contract/refusal-counts.ts'
import { openTwoStores } from './two-stores.ts'

refusalCountsContract('SQLite', async () => {
  const { stores, others, close } = openTwoStores()
  return { refusalCounts: stores.refusalCounts, refusals: others.projectionStores.refusals, close }
})
