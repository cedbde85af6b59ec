import { describe, inject } from 'vitest'
import { refusalCountsContract } from '../../contract/refusal-counts.ts'
import { openTwoStores } from './two-stores.ts'

describe.skipIf(inject('mongodbUrl') === undefined)('with a server', () => {
  refusalCountsContract('MongoDB', async () => {
    const { stores, others, close } = await openTwoStores()
    return { refusalCounts: stores.refusalCounts, refusals: others.projectionStores.refusals, close }
  })
})
