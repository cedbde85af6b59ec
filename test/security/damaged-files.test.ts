import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../domain/json.ts'
import { openSqliteLog } from '../../infrastructure/sqlite/open-sqlite.ts'
import { secretsTable } from '../../infrastructure/sqlite/schema.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { type CliHome, ndjson, openCliHome, parsed } from '../support/real-processes/cli.ts'
import {
  cut,
  type Damage,
  emptied,
  freePage,
  header,
  pageIn,
  schema,
  textIn,
} from '../support/sqlite/damage.ts'

const message = (n: number, data: JsonObject = {}): JsonObject => ({
  ...{ account_id: 1, db_id: 1, feedback_id: `f${n}`, email: `user${n}@example.com` },
  data: { CRM_ID: `c${n}`, ...data },
})
const numbers = Array.from({ length: 1500 }, (_, n) => n)
const all = numbers.map((n) => message(n))

let home: CliHome
beforeAll(async () => {
  home = openCliHome()
  await home.importing(all)
  // The tables of the first generation leave free pages behind.
  await home.output('rebuild')
  cpSync(home.data, join(home.folder, 'whole'), { recursive: true })
})
afterAll(() => home.remove())
beforeEach(() => {
  rmSync(home.data, { recursive: true })
  cpSync(join(home.folder, 'whole'), home.data, { recursive: true })
})

/** Changes everything that was imported, so that all pages are read. */
const importing = (count = numbers.length) =>
  home.run(['import'], { input: ndjson(numbers.slice(0, count).map((n) => message(n, { city: 'Riga' }))) })

/** How a command ended: it should be with one line that contains no personal data. */
const ended = ({ status, stderr }: { status: number | null; stderr: string }) => {
  expect(stderr).not.toMatch(/user\d|c\d+"/)
  return { status, told: stderr.split('\n').slice(0, -1) }
}

/** What anyone may change with an SQL tool. */
const cell =
  (sql: string): Damage =>
  (file) => {
    const connection = new Sqlite(file)
    connection.exec(sql)
    connection.close()
  }

const told = (file: string, remedy: string) => ({
  status: 1,
  told: [expect.stringMatching(new RegExp(`^error: .*${file}: .*damaged.*: ${remedy}.*\\([\\w ]+\\)$`))],
})

describe('damage in read-model.sqlite', () => {
  const toldOfIt = told('read-model.sqlite', 'stop everything that uses it and delete it')
  const deleteIt = () => {
    for (const end of ['', '-wal', '-shm'])
      rmSync(join(home.data, `read-model.sqlite${end}`), { force: true })
  }
  const damages: ReadonlyArray<[string, Damage]> = [
    ['a page of the profiles', pageIn('profiles_2')],
    ['a page of their keys', pageIn('profile_keys_2')],
    ['a page of the imports', pageIn('imports_2')],
    ['a page of an index', pageIn('sqlite_autoindex_imports_2_1')],
    ['a page that is free', freePage],
    ['the header', header],
    ['the schema', schema],
    ['the second half, which is gone', cut],
  ]
  test.each(damages)('%s: status, verify and import report file and remedy', async (_, damage) => {
    damage(join(home.data, 'read-model.sqlite'))
    for (const command of ['status', 'verify']) expect(ended(await home.run([command]))).toEqual(toldOfIt)
    expect(ended(await importing())).toEqual(toldOfIt)
  })

  test('the remedy helps', async () => {
    pageIn('profiles_2')(join(home.data, 'read-model.sqlite'))
    expect((await importing()).status).toBe(1)
    deleteIt()
    const { status, stdout } = await importing(3)
    expect([status, parsed(stdout).map(({ error }) => error)]).toEqual([0, [0, 0, 0]])
    expect((await home.run(['verify'])).status).toBe(0)
  })

  test('a row that is no longer JSON ends an import that reads it, and verify', async () => {
    textIn('profiles_2', '{"bytes":', '{#bytes":')(join(home.data, 'read-model.sqlite'))
    expect(ended(await home.run(['verify']))).toEqual(toldOfIt)
    expect(ended(await importing())).toEqual(toldOfIt)
  })

  /** Commands that rely on the value end at once; the others may not read it. */
  test.each<[sql: string, commands: ReadonlyArray<'verify' | 'import'>]>([
    [`UPDATE profiles_2 SET profile_id = 'x'`, ['verify', 'import']],
    [`UPDATE profiles_2 SET created_revision = 'x' WHERE created_revision = 0`, ['verify', 'import']],
    [`INSERT INTO profile_keys_2 VALUES (1, 1, 'email:zed@example.com', 2)`, ['verify']],
    [`UPDATE imports_2 SET import_id = 'x' WHERE number = 1`, ['verify']],
    [`UPDATE imports_2 SET import_id = 'x' WHERE number = 1500`, ['verify']],
    [`UPDATE imports_2 SET time_ms = 'x' WHERE number = 700`, ['verify']],
    [`UPDATE projections SET live_generation = 9`, ['verify', 'import']],
  ])('%s', async (sql, commands) => {
    cell(sql)(join(home.data, 'read-model.sqlite'))
    for (const command of commands)
      expect(ended(await (command === 'import' ? importing() : home.run([command])))).toEqual(toldOfIt)
    expect(home.sql((log) => log.prepare('SELECT count(*) FROM events').pluck().get())).toBe(1500)
  })

  test('verify finds a key that became another one', async () => {
    textIn('profile_keys_2', 'email:user', 'email:uzer')(join(home.data, 'read-model.sqlite'))
    expect(ended(await home.run(['verify']))).toEqual(toldOfIt)
  })
})

describe('damage in events.sqlite', () => {
  const damages: ReadonlyArray<[string, Damage]> = [
    ['a page of the events', pageIn('events')],
    ['a page of an index', pageIn('events_by_stream')],
    ['the checkpoints', pageIn('checkpoints')],
    ['the header', header],
    ['the schema', schema],
    ['the second half, which is gone', cut],
    ['all of it, which is gone', emptied],
  ]
  const toldOfIt = told('events.sqlite', 'restore a backup')
  const revised = (change: string): Damage => cell(`UPDATE events SET revision = ${change}`)
  const revisions: ReadonlyArray<[string, Damage]> = [
    ['the last revision, a later one', revised('4000000 WHERE revision = 1499')],
    ['a revision among others, a later one', revised('4000000 WHERE revision = 700')],
    ['the first revision, one before the first', revised('-1 WHERE revision = 0')],
    ['the last revision, not a number', revised("'x' WHERE revision = 1499")],
    ['a revision among others, a fraction', revised('700.5 WHERE revision = 700')],
  ]
  const others: ReadonlyArray<[string, Damage]> = [
    ['the last position, a later one', cell('UPDATE events SET position = 2000 WHERE position = 1500')],
    [
      'a secret, not of bytes',
      cell(`${secretsTable}; INSERT INTO secrets (name, secret) VALUES ('replay-marks', 7)`),
    ],
  ]
  test.each([...damages, ...revisions, ...others])(
    '%s: every command that checks reports file and remedy',
    async (_, damage) => {
      damage(join(home.data, 'events.sqlite'))
      for (const command of ['status', 'verify']) expect(ended(await home.run([command]))).toEqual(toldOfIt)
      expect(ended(await importing())).toEqual(toldOfIt)
    },
  )

  test.each(['9007199254740993', '9223372036854775807', '-5'])(
    'the last position, %s: every command reports it at once',
    async (position) => {
      cell(`UPDATE events SET position = ${position} WHERE position = 1500`)(join(home.data, 'events.sqlite'))
      for (const command of ['status', 'verify', 'events', 'rebuild'])
        expect(ended(await home.run([command]))).toEqual(toldOfIt)
      expect(ended(await importing())).toEqual(toldOfIt)
    },
  )

  test('a missing file is reported with the remedy, and none is created in its place', async () => {
    rmSync(join(home.data, 'events.sqlite'))
    const files = readdirSync(home.data)
    const remedy =
      /^error: .*events\.sqlite: the file is missing, although read-model\.sqlite still exists: restore a backup, or delete read-/
    for (const run of [home.run(['status']), home.run(['verify']), importing(3)])
      expect(ended(await run)).toEqual({ status: 1, told: [expect.stringMatching(remedy)] })
    expect(readdirSync(home.data)).toEqual(files)
    rmSync(join(home.data, 'read-model.sqlite'))
    expect((await importing(3)).status).toBe(0)
  })

  test('a lost file that was replaced by a new one is reported with the remedy', async () => {
    const other = join(home.folder, 'other')
    openSqliteLog(other, { clock: systemClock }).close()
    cpSync(join(other, 'events.sqlite'), join(home.data, 'events.sqlite'))
    const { status, told: lines } = ended(await importing())
    expect(status).toBe(1)
    expect(lines).toEqual([expect.stringMatching(/^error: the read model .*log was lost.*restore a backup/)])
  })

  test('a write-ahead log without its file is left unchanged', async () => {
    const path = join(home.data, 'events.sqlite')
    for (const name of ['events.sqlite', 'read-model.sqlite']) rmSync(join(home.data, name))
    writeFileSync(`${path}-wal`, 'what the file did not hold yet')
    expect(ended(await importing())).toEqual({
      status: 1,
      told: [expect.stringMatching(/missing, although events\.sqlite-wal still exists: restore a backup/)],
    })
    expect(readFileSync(`${path}-wal`, 'utf8')).toBe('what the file did not hold yet')
  })

  test('a file that was emptied leaves its write-ahead log unchanged', async () => {
    const path = join(home.data, 'events.sqlite')
    emptied(path)
    writeFileSync(`${path}-wal`, 'what the file did not hold yet')
    for (const end of ['', '-wal', '-shm'])
      rmSync(join(home.data, `read-model.sqlite${end}`), { force: true })
    expect(ended(await importing())).toEqual(told('events.sqlite', 'restore a backup'))
    expect(readFileSync(`${path}-wal`, 'utf8')).toBe('what the file did not hold yet')
  })
})
