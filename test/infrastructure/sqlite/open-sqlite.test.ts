import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { RecordedEvent } from '../../../application/ports/event-store.ts'
import { beginning } from '../../../application/ports/position.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { creations } from '../../support/builders/event-builders.ts'
import { openSqlite } from '../../support/sqlite/open-sqlite.ts'
import { restoreDataFolder } from '../../support/sqlite/restore-data-folder.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'
import { startProcess } from './processes/start.ts'

const clock = systemClock
const fileIn = (folder: string) => join(folder, 'events.sqlite')
const modeOf = (path: string) => statSync(path).mode & 0o777
const open = (folder: string) => openSqlite(folder, { clock })
const read = (folder: string) => openSqlite(folder, { clock, readonly: true })

const allEvents = async (folder: string) => {
  const { eventStore, close } = open(folder)
  const events: Array<RecordedEvent> = []
  for await (const batch of eventStore.read(beginning, new AbortController().signal)) events.push(...batch)
  close()
  return events
}

const append = (stores: ReturnType<typeof open>, expectedRevision: number) =>
  stores.eventStore.append([{ stream: 'profiles-1.7', expectedRevision, events: creations(0, 10) }])

describe('opening a data folder', () => {
  test('creates folder and files that only the owner can read', async () => {
    const folder = join(temporaryFolder(), 'deep', 'data')
    const stores = open(folder)
    await append(stores, -1)
    expect(modeOf(folder)).toBe(0o700)
    for (const suffix of ['', '-wal', '-shm']) expect(modeOf(fileIn(folder) + suffix)).toBe(0o600)
    stores.close()
  })

  test('restricts files that others could read, and leaves the folder unchanged', async () => {
    const folder = temporaryFolder()
    open(folder).close()
    chmodSync(folder, 0o755)
    chmodSync(fileIn(folder), 0o644)
    const stores = open(folder)
    await append(stores, -1)
    expect(modeOf(folder)).toBe(0o755)
    for (const suffix of ['', '-wal', '-shm']) expect(modeOf(fileIn(folder) + suffix)).toBe(0o600)
    stores.close()
  })

  test('works for several processes at once', async () => {
    const folder = temporaryFolder()
    const processes = [1, 2, 3].map(() => startProcess('open-once.ts', folder))
    expect(await Promise.all(processes.map(({ exited }) => exited))).toEqual([0, 0, 0])
  }, 60_000)

  test('refuses a file of a newer format, and leaves it unchanged', () => {
    const folder = temporaryFolder()
    open(folder).close()
    const connection = new Sqlite(fileIn(folder))
    connection.pragma('user_version = 3')
    connection.close()
    const before = readFileSync(fileIn(folder))
    const error = expect.objectContaining({
      tag: 'NewerFormat',
      message: expect.stringContaining('newer version'),
    })
    expect(() => open(folder)).toThrow(error)
    expect(() => read(folder)).toThrow(error)
    expect(readFileSync(fileIn(folder))).toEqual(before)
  })

  test.each(['text', 'another SQLite file'])(
    'refuses a foreign file (%s), and leaves it unchanged',
    (kind) => {
      const folder = temporaryFolder()
      mkdirSync(folder, { recursive: true })
      if (kind === 'text')
        writeFileSync(fileIn(folder), 'not a database, but longer than a header '.repeat(100))
      else new Sqlite(fileIn(folder)).exec('CREATE TABLE theirs (x)').close()
      chmodSync(fileIn(folder), 0o644)
      const before = readFileSync(fileIn(folder))
      const error = expect.objectContaining(
        kind === 'text'
          ? {
              kind: 'refusing',
              message: expect.stringContaining(
                'is not a data file of profile-importer, or its beginning is damaged',
              ),
            }
          : { tag: 'NotADataFile' },
      )
      expect(() => open(folder)).toThrow(error)
      expect(() => read(folder)).toThrow(error)
      expect(readFileSync(fileIn(folder))).toEqual(before)
      expect(modeOf(fileIn(folder))).toBe(0o644)
    },
  )
})

describe('the read model', () => {
  test('can be deleted: then it is empty, and the log is unchanged', async () => {
    const folder = temporaryFolder()
    const before = open(folder)
    await append(before, -1)
    await before.projectionStores.profiles.create('v1')
    before.close()
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(folder, `read-model.sqlite${suffix}`), { force: true })
    const reader = read(folder)
    expect(await reader.projectionStores.profiles.generations()).toEqual([])
    expect(await reader.eventStore.readStream('profiles-1.7', 0, 100)).toHaveLength(10)
    reader.close()
  })
})

describe('opening for reading', () => {
  test('needs data, and creates nothing', () => {
    const folder = join(temporaryFolder(), 'none')
    expect(() => read(folder)).toThrow(expect.objectContaining({ tag: 'NoDataFile' }))
    expect(existsSync(folder)).toBe(false)
  })

  test('works beside a running service and after it, and cannot write', async () => {
    const folder = temporaryFolder()
    const service = open(folder)
    await append(service, -1)
    const beside = read(folder)
    expect(await beside.eventStore.readStream('profiles-1.7', 0, 100)).toHaveLength(10)
    await append(service, 9)
    expect(await beside.eventStore.readStream('profiles-1.7', 0, 100)).toHaveLength(20)
    expect(await append(beside, 19)).toMatchObject([{ tag: 'Unknown', cause: { kind: 'refusing' } }])
    await expect(beside.projectionStores.profiles.create('v1')).rejects.toMatchObject({
      store: 'read models',
      kind: 'refusing',
    })
    beside.close()
    service.close()
    const later = read(folder)
    expect(await later.eventStore.readStream('profiles-1.7', 0, 100)).toHaveLength(20)
    expect(await later.profileDirectory.checkpoint()).toBe(beginning)
    later.close()
  })
})

describe('the secrets of a log', () => {
  const key = Buffer.alloc(32, 1)

  test('do not exist for a reader until one is written; then it is visible, and the mode is unchanged', async () => {
    const folder = temporaryFolder()
    open(folder).close()
    const reader = read(folder)
    expect(await reader.eventStore.readSecret('key')).toBeUndefined()
    expect(await reader.rawLog.secrets()).toEqual(new Map())
    const writer = open(folder)
    expect(await writer.eventStore.writeSecret('key', undefined, key)).toBe(true)
    expect(await reader.eventStore.readSecret('key')).toEqual(key)
    expect(await reader.rawLog.secrets()).toEqual(new Map([['key', key]]))
    for (const suffix of ['', '-wal', '-shm']) expect(modeOf(fileIn(folder) + suffix)).toBe(0o600)
    await expect(reader.eventStore.writeSecret('key', key, key)).rejects.toMatchObject({ kind: 'refusing' })
    reader.close()
    writer.close()
  })

  test('can be added to a file of version 0.1, which is migrated with its events', async () => {
    const folder = temporaryFolder()
    restoreDataFolder('data-folder-0.1', folder)
    const { eventStore, close } = open(folder)
    const end = await eventStore.end()
    expect(await eventStore.writeSecret('key', undefined, key)).toBe(true)
    close()
    const connection = new Sqlite(fileIn(folder))
    expect(connection.pragma('user_version', { simple: true })).toBe(2)
    connection.close()
    expect((await allEvents(folder)).at(-1)?.position).toBe(end)
  })
})

describe('the event log', () => {
  test('has only complete appends, including all that were answered, after the writer was killed', async () => {
    const folder = temporaryFolder()
    for (let round = 1; round <= 3; round++) {
      const writer = startProcess('append-forever.ts', folder)
      let answered = -1
      for (let i = 0; i < 10 * round; i++) answered = Number((await writer.lines.next()).value)
      await writer.kill()
      const events = await allEvents(folder)
      expect(events.map(({ position }) => position)).toEqual(events.map((_, i) => String(i + 1)))
      for (const stream of ['a', 'b']) {
        const revisions = events.filter((event) => event.stream === stream).map(({ revision }) => revision)
        expect(revisions).toEqual(revisions.map((_, i) => i))
        expect(revisions.length % 50).toBe(0)
        expect(revisions.length).toBeGreaterThan(answered)
      }
    }
  }, 60_000)

  test('returns damaged events as unreadable, without their content', async () => {
    const folder = temporaryFolder()
    const stores = open(folder)
    await append(stores, -1)
    stores.close()
    const connection = new Sqlite(fileIn(folder))
    const setting = (set: string, revision: number) =>
      connection.exec(`UPDATE events SET ${set} WHERE revision = ${revision}`)
    setting(`personal = json_set(personal, '$.changes', 'secret')`, 1)
    setting(`type = 'FromTheFuture'`, 2)
    setting(`public = 'null'`, 3)
    setting(`personal = '{"secret'`, 5)
    setting(`message = NULL`, 6)
    setting(`public = NULL, personal = NULL, message = NULL`, 7)
    connection.close()
    const events = (await allEvents(folder)).map(({ event }) => event)
    expect(events.flatMap(({ type }, i) => (type === 'Unreadable' ? [i] : []))).toEqual([1, 2, 3, 5, 6, 7])
    const damaged = { type: 'Unreadable', storedType: 'ProfileCreated', reason: 'damaged' }
    expect(events[1]).toMatchObject({
      ...damaged,
      problem: expect.stringContaining('personal.changes'),
      context: { personal: { feedback_id: '' } },
    })
    expect(events[2]).toEqual({
      ...damaged,
      storedType: 'FromTheFuture',
      reason: 'unknown',
      problem: 'type: unknown',
    })
    const without = (part: string) => ({ ...damaged, problem: expect.stringMatching(`^${part}: not `) })
    expect(events[3]).toEqual(without('public'))
    expect(events.slice(5, 8)).toEqual([without('personal'), without('message'), without('data')])
    expect(JSON.stringify(events)).not.toContain('secret')
  })

  test('reports a damaged revision, which would otherwise conflict forever', async () => {
    const folder = temporaryFolder()
    const stores = open(folder)
    await append(stores, -1)
    const connection = new Sqlite(fileIn(folder))
    connection.exec('UPDATE events SET revision = 4000000 WHERE revision = 9')
    connection.close()
    const [result] = await append(stores, 9)
    expect(result).toMatchObject({ tag: 'Unknown', cause: { store: 'event store', kind: 'refusing' } })
    stores.close()
  })

  test('does not know the outcome of an append while another process keeps the file locked', async () => {
    const folder = temporaryFolder()
    const stores = open(folder)
    const connection = new Sqlite(fileIn(folder))
    connection.exec('BEGIN IMMEDIATE')
    const [result] = await append(stores, -1)
    expect(result).toMatchObject({ tag: 'Unknown', cause: { store: 'event store', kind: 'away' } })
    connection.close()
    expect((await append(stores, -1))[0]?.tag).toBe('Appended')
    stores.close()
  }, 60_000)
})
