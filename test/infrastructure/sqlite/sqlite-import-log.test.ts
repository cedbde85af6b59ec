import { importLogContract } from '../../contract/import-log.ts'
import { openTwoStores } from './two-stores.ts'

importLogContract('SQLite', async () => {
  const { stores, others, close } = openTwoStores()
  return { log: stores.importLog, imports: others.projectionStores.imports, close }
})
