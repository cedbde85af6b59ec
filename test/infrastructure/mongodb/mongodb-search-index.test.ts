import { describe, inject } from 'vitest'
import { searchIndexContract } from '../../contract/search-index.ts'
import { openTwoStores } from './two-stores.ts'

describe.skipIf(inject('mongodbUrl') === undefined)('with a server', () => {
  searchIndexContract('MongoDB', async () => {
    const { stores, others, close } = await openTwoStores()
    return { searchIndex: stores.searchIndex, search: others.projectionStores.search, close }
  })
})
