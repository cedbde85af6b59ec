import { createHash } from 'node:crypto'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { NotABackup } from '../../../infrastructure/backup/manifest.ts'
import { shareDataFolder, tryClaimDataFolder } from '../../../infrastructure/sqlite/claim-data-folder.ts'
import { DataFileError } from '../../../infrastructure/sqlite/data-file-error.ts'
import { openSqliteLog } from '../../../infrastructure/sqlite/open-sqlite.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { cut, emptied, header, pageIn } from '../../support/sqlite/damage.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'
import { aRun, backingUp, contentOf, fill, restoring } from './a-backup.ts'

let data: string
let backup: string
let empty: string
let backedUp: Awaited<ReturnType<typeof contentOf>>
/** A backup of 20 events, and the folder with 10 more. */
beforeEach(async () => {
  const folder = temporaryFolder()
  data = join(folder, 'data')
  backup = join(folder, 'backup')
  empty = join(folder, 'empty')
  await fill(data, 0, 20)
  backedUp = await contentOf(data)
  backingUp(data, backup)
  await fill(data, 20, 30)
})

const expectRestored = async (folder: string) => {
  const { identity, ...content } = await contentOf(folder)
  const { identity: before, ...contentBefore } = backedUp
  expect(content).toEqual(contentBefore)
  expect(identity).toEqual({
    log_id: before?.log_id,
    epoch: expect.any(Number),
    forks: [{ epoch: identity?.epoch, after: '20', time: expect.any(String) }],
  })
  expect(identity?.epoch).toBeGreaterThan(1)
  expect(readFileSync(join(folder, aRun), 'utf8')).toBe('{"run":"of 20"}')
}

describe('a backup is restored', () => {
  test('into a new folder, for its owner only', async () => {
    const { identity, manifest } = await restoring(backup, empty)
    await expectRestored(empty)
    expect(identity).toEqual((await contentOf(empty)).identity)
    expect(manifest).toEqual(JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8')))
    for (const name of ['', 'events.sqlite', 'runs', aRun])
      expect(statSync(join(empty, name)).mode & 0o077).toBe(0)
  })

  test('over a log, whose read models and unfinished runs go', async () => {
    writeFileSync(join(data, `runs/${'b'.repeat(64)}.json`), '{}')
    await restoring(backup, data, true)
    expect(readdirSync(data, { recursive: true, encoding: 'utf8' }).sort()).toEqual(
      ['events.sqlite', 'folder.lock', 'importer.lock', 'runs', aRun].sort(),
    )
    await expectRestored(data)
  })

  test('over a log whose process was killed: its write-ahead log is not replayed', async () => {
    const killed = join(data, '..', 'killed')
    const log = openSqliteLog(data, { clock: systemClock })
    onTestFinished(log.close)
    await log.eventStore.writeCheckpoint('other', undefined, await log.eventStore.end())
    expect(statSync(join(data, 'events.sqlite-wal')).size).toBeGreaterThan(0)
    cpSync(data, killed, { recursive: true })
    await restoring(backup, killed, true)
    await expectRestored(killed)
  })

  test.each([
    ['a page', pageIn('events')],
    ['the header', header],
    ['the half of it', cut],
    ['all of it', emptied],
  ])('over a log that has lost %s', async (_, damage) => {
    damage(join(data, 'events.sqlite'))
    writeFileSync(join(data, 'events.sqlite-wal'), 'what is left of it')
    await restoring(backup, data, true)
    await expectRestored(data)
  })

  test('where the log is missing', async () => {
    rmSync(join(data, 'events.sqlite'))
    await restoring(backup, data)
    await expectRestored(data)
  })

  test('again: each time another epoch begins', async () => {
    const { identity: first } = await restoring(backup, data, true)
    backingUp(data, join(backup, 'second'))
    const { identity: second } = await restoring(join(backup, 'second'), data, true)
    expect(second.forks?.map(({ epoch }) => epoch)).toEqual([first.epoch, second.epoch])
    expect(second.epoch).toBeGreaterThan(first.epoch)
  })
})

describe('a folder is left as it is', () => {
  let before: unknown
  beforeEach(async () => {
    before = await contentOf(data)
  })
  const refused = async (error: RegExp, replaces = true) => {
    await expect(restoring(backup, data, replaces)).rejects.toThrow(error)
    expect(existsSync(join(data, 'restoring'))).toBe(false)
    expect(existsSync(join(data, 'read-model.sqlite'))).toBe(true)
  }

  test('if it holds a log that may not be replaced', async () => {
    await refused(/data: there is a log: name another folder, or replace it with --replace$/, false)
    expect(await contentOf(data)).toEqual(before)
  })

  test.each<[string, () => () => void]>([
    ['imports into it', () => tryClaimDataFolder(data)?.release ?? (() => {})],
    ['reads the log', () => openSqliteLog(data, { clock: systemClock, readonly: true }).close],
    ['has any store of it open', () => shareDataFolder(data).release],
    [
      'of another program has the log open',
      () => {
        const connection = new Sqlite(join(data, 'events.sqlite'))
        connection.prepare('SELECT count(*) FROM events').get()
        return () => connection.close()
      },
    ],
    [
      'of another program has the read models open',
      () => {
        const connection = new Sqlite(join(data, 'read-model.sqlite'))
        connection.prepare('SELECT count(*) FROM generations').get()
        return () => connection.close()
      },
    ],
  ])('while a process %s', async (_, use) => {
    const end = use()
    await refused(/data: the folder is in use: stop everything that uses it first$/)
    end()
    expect(await contentOf(data)).toEqual(before)
    await restoring(backup, data, true)
    await expectRestored(data)
  })

  const manifestWith = (change: object) => () => {
    const file = join(backup, 'manifest.json')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }))
  }
  const log = () => join(backup, 'events.sqlite')
  const edited = (sql: string) => () => {
    const connection = new Sqlite(log())
    connection.exec(sql)
    connection.close()
    const bytes = readFileSync(log())
    const { files } = JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8'))
    expect(files[0].bytes).toBe(bytes.length)
  }
  test.each<[string, () => void, RegExp]>([
    [
      'was interrupted',
      () => rmSync(join(backup, 'manifest.json')),
      /no such file: this is not a backup, or an unfinished one$/,
    ],
    ['lacks its log', () => rmSync(log()), /backup: events\.sqlite is missing$/],
    [
      'is cut off',
      () => cut(log()),
      /events\.sqlite is damaged, or is not the file that the manifest describes$/,
    ],
    ['is damaged', () => pageIn('events')(log()), /events\.sqlite is damaged, or is not/],
    [
      'was edited',
      edited("UPDATE events SET event_id = 'x' WHERE position = 3"),
      /events\.sqlite is damaged, or is not/,
    ],
    [
      'has a damaged run',
      () => writeFileSync(join(backup, aRun), '{"run":"of 21"}'),
      /runs\/a+\.json is damaged, or is not/,
    ],
    [
      'has a manifest of another log',
      manifestWith({ log_id: '57052282-2738-53cf-bfb6-494d3e233256' }),
      /the log is not the one that the manifest describes$/,
    ],
    ['has a manifest of another epoch', manifestWith({ epoch: 2 }), /the log is not the one that/],
    ['has a manifest of another state', manifestWith({ end: '19' }), /the log is not the one that/],
    [
      'has a manifest of other checkpoints',
      manifestWith({ checkpoints: { 'replies-other': '1' } }),
      /the log is not the one that/,
    ],
    ['has a manifest of no time', manifestWith({ time: 'x\n' }), /its manifest\.json is not one of/],
    ['lists no log', manifestWith({ files: [] }), /it has no log$/],
    [
      'is of a newer version',
      manifestWith({ format: 2 }),
      /a newer version of profile-importer made this backup: use that version$/,
    ],
    [
      'has a manifest that is none',
      manifestWith({ end: 7 }),
      /its manifest\.json is not one of profile-importer$/,
    ],
    [
      'would write elsewhere',
      manifestWith({ files: [{ name: '../elsewhere', bytes: 1, sha256: '' }] }),
      /its manifest\.json is not one of/,
    ],
  ])('if the backup %s', async (_, spoil, text) => {
    spoil()
    await refused(text)
    expect(await contentOf(data)).toEqual(before)
    await expect(restoring(backup, empty)).rejects.toThrow(text)
    expect(existsSync(join(empty, 'events.sqlite'))).toBe(false)
  })

  test('if the backup is of a newer format', async () => {
    rmSync(backup, { recursive: true })
    const connection = new Sqlite(join(data, 'events.sqlite'))
    connection.pragma('user_version = 2')
    connection.close()
    backingUp(data, backup)
    const file = new Sqlite(log())
    file.pragma('user_version = 99')
    file.close()
    const bytes = readFileSync(log())
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    manifestWith({ files: [{ name: 'events.sqlite', bytes: bytes.length, sha256 }] })()
    await refused(/newer version of profile-importer/)
    await expect(restoring(backup, empty)).rejects.toThrow(DataFileError)
  })

  test('if the data folder is that of the backup, or in it', async () => {
    const folder = /backup: is the folder of the backup, or in it: name a data folder elsewhere$/
    await expect(restoring(backup, backup, true)).rejects.toThrow(folder)
    await expect(restoring(backup, join(backup, 'data'), true)).rejects.toThrow(/data: is the folder of the/)
    await restoring(backup, data, true)
  })

  test('if there is no backup', async () => {
    await expect(restoring(join(backup, 'none'), empty)).rejects.toThrow(NotABackup)
    expect(existsSync(empty)).toBe(false)
  })
})
