import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { beginning } from '../../../application/ports/position.ts'
import { StoreTrouble } from '../../../application/ports/store-trouble.ts'
import { openSqliteLog, openSqliteReadModels } from '../../../infrastructure/sqlite/open-sqlite.ts'
import { toPosition } from '../../../infrastructure/sqlite/position.ts'
import { secretsTable } from '../../../infrastructure/sqlite/schema.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { type Damage, lastPageIn, pageIn } from '../../support/sqlite/damage.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'

describe('a log of more than 64 MiB', () => {
  let whole: string
  beforeAll(() => {
    whole = mkdtempSync(join(tmpdir(), 'large-log-'))
    openSqliteLog(whole, { clock: systemClock }).close()
    const file = new Sqlite(join(whole, 'events.sqlite'))
    file.exec(`
      ${secretsTable};
      INSERT INTO secrets (name, secret) VALUES ('replay', zeroblob(32));
      INSERT INTO checkpoints (name, position) VALUES ('replies', '1');
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24000)
      INSERT INTO events (position, stream, revision, event_id, type, data, metadata)
      SELECT i, 'profiles-1.1', i - 1, 'id-' || i, 'ProfileCreated', printf('%.*c', 3500, 'x'), '' FROM n`)
    file.close()
    expect(statSync(join(whole, 'events.sqlite')).size).toBeGreaterThan(64 * 1024 * 1024)
  })
  afterAll(() => rmSync(whole, { recursive: true }))

  const checkOf = (damage: Damage) => {
    const folder = temporaryFolder()
    const file = join(folder, 'events.sqlite')
    copyFileSync(join(whole, 'events.sqlite'), file)
    damage(file)
    const log = openSqliteLog(folder, { clock: systemClock })
    onTestFinished(log.close)
    return log.checkIntegrity
  }

  test('passes the check at the start if it is whole', () => {
    expect(() => checkOf(() => {})('start')).not.toThrow()
  })

  test.each<[string, Damage]>([
    ['the newest events', lastPageIn('events')],
    ['the newest entries of the index', lastPageIn('events_by_stream')],
    ['the checkpoints', pageIn('checkpoints')],
    ['the identity of the log', pageIn('log_identity')],
    ['the secrets', pageIn('secrets')],
    [
      'an event among the newest, which is gone',
      (file) => new Sqlite(file).exec('DELETE FROM events WHERE position = 23999').close(),
    ],
  ])('is found damaged at the start in %s', (_, damage) => {
    expect(() => checkOf(damage)('start')).toThrow(StoreTrouble)
  })

  test('passes it without secrets, as before the first one', () => {
    const check = checkOf((file) => new Sqlite(file).exec('DROP TABLE secrets').close())
    expect(() => check('start')).not.toThrow()
  })

  test('is found damaged by the full check where it is older', () => {
    const check = checkOf(pageIn('events'))
    expect(() => check('start')).not.toThrow()
    expect(() => check('pages')).toThrow(StoreTrouble)
  })
})

describe('a read model of more than 64 MiB', () => {
  const checkOf = async (damage: Damage) => {
    const folder = temporaryFolder()
    const open = () => openSqliteReadModels(folder, {})
    const made = open()
    const { id } = await made.projectionStores.profiles.create('1')
    const changes = { documents: [], revisions: new Map([['profiles-1.1', 0]]) }
    await made.projectionStores.profiles.apply(id, changes, beginning, toPosition(1))
    made.close()
    const file = join(folder, 'read-model.sqlite')
    new Sqlite(file).exec('CREATE TABLE large AS SELECT zeroblob(70000000) AS content').close()
    damage(file)
    const { checkIntegrity, close } = open()
    onTestFinished(close)
    return () => checkIntegrity('start')
  }

  test('passes the check at the start if it is whole', async () => {
    expect(await checkOf(() => {})).not.toThrow()
  })

  test.each(['projections', 'generations', 'revisions'])('is found damaged there in %s', async (table) => {
    expect(await checkOf(pageIn(table))).toThrow(StoreTrouble)
  })
})
