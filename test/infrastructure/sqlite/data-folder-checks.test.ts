import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { dataFolderChecks } from '../../../infrastructure/sqlite/data-folder-checks.ts'
import { restoreMarker } from '../../../infrastructure/sqlite/restore-marker.ts'
import { logFile, readModelFile } from '../../../infrastructure/sqlite/schema.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { anImportId, profileCreated } from '../../support/builders/event-builders.ts'
import { checkLines } from '../../support/check-lines.ts'
import { type Damage, header, pageIn } from '../../support/sqlite/damage.ts'
import { openSqlite, type SqliteStores } from '../../support/sqlite/open-sqlite.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'

const linesOf = (folder: string) => checkLines(dataFolderChecks(folder, [logFile, readModelFile]))

/** Every file, with its content. */
const contentOf = (folder: string) =>
  readdirSync(folder, { withFileTypes: true }).map((entry) => [
    entry.name,
    entry.isFile() ? readFileSync(join(folder, entry.name)).toString('base64') : '',
  ])

const inUse = async (folder: string): Promise<SqliteStores> => {
  const stores = openSqlite(folder, { clock: systemClock })
  const events = [{ eventId: anImportId(1), event: profileCreated(1) }]
  await stores.eventStore.append([{ stream: 'profiles-1.7', expectedRevision: -1, events }])
  await stores.projectionStores.profiles.create('1')
  return stores
}

const used = async (): Promise<string> => {
  const folder = temporaryFolder()
  const stores = await inUse(folder)
  stores.close()
  return folder
}

const well = (folder: string) => [
  `data folder ${folder}: ok`,
  'data folder: events.sqlite: ok',
  'data folder: read-model.sqlite: ok',
]

test('a missing folder is reported, not created', async () => {
  const above = temporaryFolder()
  const folder = join(above, 'a', 'b')
  const created = 'ok (does not exist: `serve` creates it)'
  expect(await linesOf(folder)).toEqual([
    `data folder ${folder}: ${created}`,
    `data folder: events.sqlite: ${created}`,
    `data folder: read-model.sqlite: ${created}`,
  ])
  expect(readdirSync(above)).toEqual([])
})

test('a folder that nobody uses is left as it is', async () => {
  const folder = await used()
  const before = contentOf(folder)
  expect(before.map(([name]) => name)).toEqual(['events.sqlite', 'folder.lock', 'read-model.sqlite'])
  expect(await linesOf(folder)).toEqual(well(folder))
  expect(contentOf(folder)).toEqual(before)
})

test('a folder in use is left as it is', async () => {
  const folder = temporaryFolder()
  const stores = await inUse(folder)
  onTestFinished(stores.close)
  const before = readdirSync(folder)
  expect(before).toContain('events.sqlite-wal')
  expect(await linesOf(folder)).toEqual(well(folder))
  expect(readdirSync(folder)).toEqual(before)
  expect(await stores.eventStore.readStream('profiles-1.7', 0, 9)).toHaveLength(1)
})

test('of a folder whose process was killed, at most the files without data change', async () => {
  const [folder, killed] = [temporaryFolder(), temporaryFolder()]
  const stores = await inUse(folder)
  onTestFinished(stores.close)
  cpSync(folder, killed, { recursive: true })
  const before = contentOf(killed)
  expect(before.map(([name]) => name)).toContain('events.sqlite-shm')
  expect(await linesOf(killed)).toEqual(well(killed))
  const holdsData = ([name = '']: ReadonlyArray<string>) => !name.endsWith('-shm')
  const after = contentOf(killed)
  expect(after.map(([name]) => name)).toEqual(before.map(([name]) => name))
  expect(after.filter(holdsData)).toEqual(before.filter(holdsData))
})

test.each<[string, Damage, RegExp]>([
  ['a page of the log', pageIn('events_by_stream'), /events\.sqlite: the file is damaged: restore a backup/],
  ['the beginning of the log', header, /is not a data file of profile-importer, or its beginning is damaged/],
  ['all of the log', (file) => truncateSync(file), /events\.sqlite: the file is damaged: .*\(empty\)/],
  [
    'the whole file of the log',
    (file) => rmSync(file),
    /events\.sqlite: the file is missing, although read-model/,
  ],
])('damage is found: %s', async (_, damage, problem) => {
  const folder = await used()
  damage(join(folder, 'events.sqlite'))
  const before = contentOf(folder)
  const [, log, readModel] = await linesOf(folder)
  expect(log).toMatch(/^data folder: events\.sqlite: failed: /)
  expect(log).toMatch(problem)
  expect(readModel).toBe('data folder: read-model.sqlite: ok')
  expect(contentOf(folder)).toEqual(before)
})

test('files of others and of a newer version are found', async () => {
  const folder = await used()
  const sql = (name: string, statement: string) => {
    const file = new Sqlite(join(folder, name))
    file.exec(statement)
    file.close()
  }
  sql('events.sqlite', 'PRAGMA user_version = 99')
  sql('read-model.sqlite', 'PRAGMA application_id = 99')
  expect((await linesOf(folder)).slice(1)).toEqual([
    expect.stringMatching(/events\.sqlite: failed: .*: was written by a newer version/),
    expect.stringMatching(/read-model\.sqlite: failed: .*: is not a data file of profile-importer/),
  ])
})

test.each([
  ['a large file that nobody uses', (file: string) => truncateSync(file, 65 * 1024 * 1024)],
  ['a file whose write-ahead log was left', (file: string) => writeFileSync(`${file}-wal`, 'x')],
])('is left to `serve`, because reading it would create files: %s', async (_, change) => {
  const folder = await used()
  change(join(folder, 'read-model.sqlite'))
  const before = readdirSync(folder)
  expect((await linesOf(folder))[2]).toBe(
    'data folder: read-model.sqlite: ok (cannot be read without creating files: `serve` checks it when it starts)',
  )
  expect(readdirSync(folder)).toEqual(before)
})

test('anything but a folder, or an unfinished restore, is named first', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), '')
  const below = join(folder, 'file', 'data')
  expect(await linesOf(below)).toEqual([
    `data folder ${below}: failed: ${join(folder, 'file')}: is not a folder: move it away, or name another folder`,
  ])
  writeFileSync(restoreMarker(folder), '')
  expect(await linesOf(folder)).toEqual([expect.stringMatching(/failed: .*run `restore` again/)])
})

test('a lock or a data file that is no regular file is named', async () => {
  const [one, other] = [temporaryFolder(), temporaryFolder()]
  mkdirSync(join(one, 'importer.lock'))
  expect(await linesOf(one)).toEqual([
    expect.stringMatching(/failed: .*importer\.lock: must be a regular file/),
  ])
  mkdirSync(join(other, 'read-model.sqlite-wal'))
  expect((await linesOf(other))[2]).toMatch(/failed: .*read-model\.sqlite-wal: must be a regular file/)
})
