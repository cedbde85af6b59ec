import { describe, inject } from 'vitest'
import { projectionStoreContract } from '../../contract/projection-store.ts'
import { openTwoStores } from './two-stores.ts'

describe.skipIf(inject('mongodbUrl') === undefined)('with a server', () => {
  projectionStoreContract('MongoDB', async () => {
    const { stores, others, close } = await openTwoStores()
    return { store: stores.projectionStores.profiles, other: others.projectionStores.profiles, close }
  })
})
