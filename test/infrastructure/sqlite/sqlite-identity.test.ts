import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openSqliteLog } from '../../../infrastructure/sqlite/open-sqlite.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'

test.each([
  ['is not JSON', 'ann@example.com'],
  ['has an invalid id', '{"log_id":"ann@example.com","epoch":1}'],
  ['has no epoch', '{"log_id":"57052282-2738-53cf-bfb6-494d3e233256"}'],
])('an identity that %s counts as damage, and is not returned', async (_, identity) => {
  const folder = temporaryFolder()
  const { eventStore, rawLog, close } = openSqliteLog(folder, { clock: systemClock })
  onTestFinished(close)
  const file = new Sqlite(join(folder, 'events.sqlite'))
  file.prepare('UPDATE log_identity SET identity = ?').run(identity)
  file.close()
  for (const read of [eventStore.readIdentity, rawLog.identity]) {
    const error = await read().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ store: 'event store', kind: 'refusing' })
    expect(String(error)).toMatch(/the file is damaged.*identity/)
    expect(String(error)).not.toContain('ann@')
  }
})
