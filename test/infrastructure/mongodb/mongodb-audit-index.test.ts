import { describe, inject } from 'vitest'
import { auditIndexContract } from '../../contract/audit-index.ts'
import { openTwoStores } from './two-stores.ts'

describe.skipIf(inject('mongodbUrl') === undefined)('with a server', () => {
  auditIndexContract('MongoDB', async () => {
    const { stores, others, close } = await openTwoStores()
    return { auditIndex: stores.auditIndex, imports: others.projectionStores.imports, close }
  })
})
