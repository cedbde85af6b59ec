import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { StoreTrouble } from '../../../application/ports/store-trouble.ts'
import { DataFileError } from '../../../infrastructure/sqlite/data-file-error.ts'
import { openSqliteLog } from '../../../infrastructure/sqlite/open-sqlite.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { pageIn } from '../../support/sqlite/damage.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'
import { appendSome, aRun, backingUp, contentOf, fill } from './a-backup.ts'

const folders = () => {
  const folder = temporaryFolder()
  return { data: join(folder, 'data'), backup: join(folder, 'backup') }
}

describe('a backup', () => {
  test('holds the log with checkpoints and secrets, and unfinished runs, and says what it holds', async () => {
    const { data, backup } = folders()
    await fill(data, 0, 20)
    const manifest = backingUp(data, backup)
    const { identity, ids, checkpoints, key } = await contentOf(data)
    const digest = (name: string) => {
      const bytes = readFileSync(join(backup, name))
      return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
    }
    expect(manifest).toEqual({
      format: 1,
      program: 'test',
      ...identity,
      end: '20',
      checkpoints: { 'replies-q': '20' },
      time: '2026-11-30T08:00:00.000Z',
      files: [digest('events.sqlite'), digest(aRun)],
    })
    expect(JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8'))).toEqual(manifest)
    expect(await contentOf(backup)).toEqual({ identity, ids, checkpoints, key })
    expect(readFileSync(join(backup, aRun), 'utf8')).toBe('{"run":"of 20"}')
  })

  test('is for its owner only', async () => {
    const { data, backup } = folders()
    await fill(data, 0, 1)
    backingUp(data, backup)
    const entries = ['', ...readdirSync(backup, { recursive: true, encoding: 'utf8' })]
    expect(entries.length).toBeGreaterThan(4)
    for (const name of entries) {
      const stats = lstatSync(join(backup, name))
      expect([name, stats.mode & 0o777]).toEqual([name, stats.isDirectory() ? 0o700 : 0o600])
    }
  })

  test('does not disturb those who have the log open, and holds what they appended before', async () => {
    const { data, backup } = folders()
    await fill(data, 0, 10)
    const { eventStore, close } = openSqliteLog(data, { clock: systemClock })
    await appendSome(eventStore, 10, 15)
    expect(backingUp(data, backup).end).toBe('15')
    expect(await appendSome(eventStore, 15, 16)).toMatchObject([{ tag: 'Appended' }])
    close()
    expect((await contentOf(backup)).ids).toHaveLength(15)
  })

  test('goes to an empty folder, and to no other', async () => {
    const { data, backup } = folders()
    await fill(data, 0, 1)
    mkdirSync(backup)
    backingUp(data, backup)
    const before = readFileSync(join(backup, 'manifest.json'))
    expect(() => backingUp(data, backup)).toThrow(/backup: the folder for a backup must be new or empty$/)
    expect(readFileSync(join(backup, 'manifest.json'))).toEqual(before)
  })

  test('into the data folder is refused', async () => {
    const { data } = folders()
    await fill(data, 0, 1)
    for (const name of ['backup', '..backup']) {
      const inside = join(data, name)
      expect(() => backingUp(data, inside)).toThrow(`${inside}: is in the data folder`)
      expect(existsSync(inside)).toBe(false)
    }
    expect(backingUp(data, `${data}-backup`).end).toBe('1')
  })

  test('of a folder without a log is refused, and nothing is created', () => {
    const { data, backup } = folders()
    expect(() => backingUp(data, backup)).toThrow(DataFileError)
    expect([existsSync(data), existsSync(backup)]).toEqual([false, false])
  })

  test.each(['events', 'events_by_stream'])('of a log with damage in %s has no manifest', async (name) => {
    const { data, backup } = folders()
    await fill(data, 0, 500)
    pageIn(name)(join(data, 'events.sqlite'))
    expect(() => backingUp(data, backup)).toThrow(StoreTrouble)
    expect(() => backingUp(data, join(backup, '2'))).toThrow(/data\/events\.sqlite: the file is damaged/)
    expect(existsSync(join(backup, 'manifest.json'))).toBe(false)
  })

  test.each<[string, (path: string) => void]>([
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a folder', (path) => mkdirSync(path)],
    ['a link', (path) => symlinkSync('/dev/zero', path)],
  ])('is refused at once if %s is in the place of a run', async (_, make) => {
    const { data, backup } = folders()
    await fill(data, 0, 1)
    const run = join(data, aRun)
    rmSync(run)
    make(run)
    expect(() => backingUp(data, backup)).toThrow(`${run}: must be a regular file`)
    expect(readdirSync(backup)).toEqual([])
  })

  test('is refused if the runs are elsewhere', async () => {
    const { data, backup } = folders()
    await fill(data, 0, 1)
    renameSync(join(data, 'runs'), `${data}-runs`)
    symlinkSync(`${data}-runs`, join(data, 'runs'))
    expect(() => backingUp(data, backup)).toThrow(/runs: must be a folder, not a link or a file$/)
  })

  test('does not hold what is not a run', async () => {
    const { data, backup } = folders()
    await fill(data, 0, 1)
    writeFileSync(join(data, `${aRun}.tmp`), '{')
    writeFileSync(join(data, 'runs', 'notes'), 'x')
    expect(backingUp(data, backup).files.map(({ name }) => name)).toEqual(['events.sqlite', aRun])
  })
})
