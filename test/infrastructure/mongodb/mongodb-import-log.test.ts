import { describe, inject } from 'vitest'
import { importLogContract } from '../../contract/import-log.ts'
import { openTwoStores } from './two-stores.ts'

describe.skipIf(inject('mongodbUrl') === undefined)('with a server', () => {
  importLogContract('MongoDB', async () => {
    const { stores, others, close } = await openTwoStores()
    return { log: stores.importLog, imports: others.projectionStores.imports, close }
  })
})
