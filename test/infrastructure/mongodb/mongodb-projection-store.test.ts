import { describe, inject } from 'vitest'
import { profiles, refusals } from '../../contract/documents.ts'
import { projectionStoreContract } from '../../contract/projection-store.ts'
import { openTwoStores } from './two-stores.ts'

describe.skipIf(inject('mongodbUrl') === undefined)('with a server', () => {
  projectionStoreContract('MongoDB, profiles', profiles, async () => {
    const { stores, others, close } = await openTwoStores()
    return { store: stores.projectionStores.profiles, other: others.projectionStores.profiles, close }
  })

  projectionStoreContract('MongoDB, refusals', refusals, async () => {
    const { stores, others, close } = await openTwoStores()
    return { store: stores.projectionStores.refusals, other: others.projectionStores.refusals, close }
  })
})
