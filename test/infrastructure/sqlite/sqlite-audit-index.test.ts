import { auditIndexContract } from '../../contract/audit-index.ts'
import { openTwoStores } from './two-stores.ts'

auditIndexContract('SQLite', async () => {
  const { stores, others, close } = openTwoStores()
  return { auditIndex: stores.auditIndex, imports: others.projectionStores.imports, close }
})
