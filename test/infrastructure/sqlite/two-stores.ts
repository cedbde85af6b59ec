import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { openSqlite } from '../../support/sqlite/open-sqlite.ts'

/** Two clients of one new data folder, which `close` removes. */
export const openTwoStores = () => {
  const folder = mkdtempSync(join(tmpdir(), 'profile-importer-'))
  const [stores, others] = [
    openSqlite(folder, { clock: systemClock }),
    openSqlite(folder, { clock: systemClock }),
  ]
  return {
    stores,
    others,
    close: async () => {
      stores.close()
      others.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
