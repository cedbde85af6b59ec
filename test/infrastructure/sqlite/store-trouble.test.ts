import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { withTrouble } from '../../../infrastructure/sqlite/store-trouble.ts'

test('a full disk is told with the folder where space is needed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'full-disk-'))
  const path = join(folder, 'events.sqlite')
  const connection = new Sqlite(path)
  try {
    connection.exec('CREATE TABLE t (text TEXT); PRAGMA max_page_count = 4')
    const fill = () => connection.exec(`INSERT INTO t VALUES ('${'x'.repeat(20_000)}')`)
    expect(() => withTrouble({ store: 'event store', path }, fill)).toThrow(
      expect.objectContaining({
        kind: 'away',
        message: `${path}: the disk is full: free space in ${folder} (SQLITE_FULL)`,
      }),
    )
  } finally {
    connection.close()
    rmSync(folder, { recursive: true })
  }
})
