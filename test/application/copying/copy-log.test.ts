import { describe, expect, test } from 'vitest'
import { NotACopy } from '../../../application/copying/compare-logs.ts'
import type { CopyProgress } from '../../../application/copying/copy-log.ts'
import type { EventStore } from '../../../application/ports/event-store.ts'
import { beginning } from '../../../application/ports/position.ts'
import {
  aDatabase,
  anImportId,
  creations,
  profileCreated,
  toAppend,
} from '../../support/builders/event-builders.ts'
import { appending, aServer, hastyClock, opened, taking } from '../../support/eventstoredb/opened.ts'
import type { AppendFault } from '../../support/eventstoredb/stand-in/faults.ts'
import { refusals } from '../../support/eventstoredb/stand-in/refusals.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'
import { aLog, copiesOn, copying, insert, oldEvent, openLog, rowsOf } from './a-copy.ts'

const never = new AbortController().signal

const decoded = async (store: EventStore) =>
  (await taking(store.read(beginning, never))).map(({ position, ...rest }) => rest)

describe('a copy', () => {
  test('holds the same events, byte for byte and in log order', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    insert(folder, [{ stream: 'profiles-3.7', revision: 0, ...oldEvent(500) }])
    await appending(log, 'profiles-3.7', 0, creations(501, 1, aDatabase(3)))
    server.log.writeSystemEvent()
    expect(await copying(folder, server)).toEqual({ events: 232, streams: 4, checkpoints: 0, verified: true })
    expect(copiesOn(server)).toEqual(rowsOf(folder))
    expect(await decoded(opened(server.url))).toEqual(await decoded(log))
    const [old] = server.log.stream('profiles-3.7')
    expect(JSON.parse(Buffer.from(old?.metadata ?? []).toString())).toMatchObject({
      $correlationId: anImportId(500),
      $causationId: anImportId(500),
    })
  })

  test('holds unreadable events unchanged, and they stay unreadable', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    const bodies = [
      ['{"from":"a newer version"}', '{"schema_version":99}'],
      ['{"cut off', '{"schema_version":1}'],
      ['', ''],
      ['"text"', 'null'],
      ['\uFEFF{}', '\uFEFF{}'],
      ['{}', 'no JSON'],
      [`{"deep":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, '{}'],
    ] as const
    const damaged = bodies.map(([data, metadata], i) => ({
      stream: 'profiles-4.7',
      revision: i,
      event_id: anImportId(700 + i),
      type: i === 0 ? 'ProfileMerged' : 'ProfileCreated',
      data,
      metadata,
    }))
    insert(folder, damaged)
    await appending(log, 'profiles-4.7', 6, creations(800, 1, aDatabase(4)))
    expect(await copying(folder, server)).toMatchObject({ events: 238, verified: true })
    expect(copiesOn(server)).toEqual(rowsOf(folder))
    const read = await opened(server.url).readStream('profiles-4.7', 0, 10)
    expect(read.map(({ event }) => event.type)).toEqual([
      ...damaged.map(() => 'Unreadable'),
      'ProfileCreated',
    ])
  })

  test('is verified by value if the store changes the spacing of JSON', async () => {
    const [folder, server] = [temporaryFolder(), await aServer()]
    openLog(folder)
    const { data, ...rest } = oldEvent(1)
    insert(folder, [{ stream: 'profiles-3.7', revision: 0, ...rest, data: data.replaceAll(':', ' : ') }])
    expect(await copying(folder, server)).toMatchObject({ events: 1, verified: true })
    expect(copiesOn(server)[0]?.data).toBe(data)
  })

  test('of an empty log is empty', async () => {
    const [folder, server] = [temporaryFolder(), await aServer()]
    openLog(folder)
    expect(await copying(folder, server)).toEqual({ events: 0, streams: 0, checkpoints: 0, verified: true })
    expect(copiesOn(server)).toEqual([])
  })

  test('is split at the limit of an append', async () => {
    const [folder, server] = [temporaryFolder(), await aServer()]
    const log = openLog(folder)
    const body = 'x'.repeat(60_000)
    const large = Array.from({ length: 40 }, (_, n) =>
      toAppend(profileCreated(n, { context: { message: { encoding: 'utf8', body } } })),
    )
    await appending(log, 'profiles-1.7', -1, large)
    expect(await copying(folder, server)).toMatchObject({ events: 40, verified: true })
    expect(copiesOn(server)).toEqual(rowsOf(folder))
  })
})

describe('the identity', () => {
  test('is new and names the original log, even when the copy is run again', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    await copying(folder, server)
    const [from, to] = [await log.readIdentity(), await opened(server.url).readIdentity()]
    expect(to).toEqual({ log_id: expect.any(String), epoch: 1, copied_from: from })
    expect(to?.log_id).not.toBe(from?.log_id)
    await copying(folder, server)
    expect(await opened(server.url).readIdentity()).toEqual(to)
  })

  test('is not given to a target that is not a copy', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    await appending(opened(server.url), 'profiles-1.7', -1, creations(900, 1))
    await expect(copying(folder, server)).rejects.toThrow(NotACopy)
    expect(await opened(server.url).readIdentity()).toBeUndefined()
  })
})

describe('a copy that is disturbed', () => {
  test('resumes after an interruption when it is run again', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    for (const limit of [1, 40, 200]) {
      const stop = new AbortController()
      const onProgress = ({ copied }: CopyProgress) => copied >= limit && stop.abort()
      await expect(copying(folder, server, { signal: stop.signal, onProgress })).rejects.toThrow('aborted')
      const there = copiesOn(server)
      expect(there.length).toBeGreaterThanOrEqual(limit)
      expect(there).toEqual(rowsOf(folder).slice(0, there.length))
    }
    expect(await copying(folder, server)).toMatchObject({ events: 230, verified: true })
    expect(copiesOn(server)).toEqual(rowsOf(folder))
  })

  const passing = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
  test.each<[string, () => AppendFault]>([
    ['a connection that breaks before an append', () => ({ tag: 'Cut', applied: false })],
    ['a connection that breaks after an append', () => ({ tag: 'Cut', applied: true })],
    ['an append without an answer', () => ({ tag: 'Unanswered' })],
    ['an append that is made again before it comes', () => ({ tag: 'AppliedLate', until: passing(50) })],
    ['a server that is busy', () => ({ tag: 'Refused', refusal: refusals.unavailable('busy') })],
  ])('continues by itself, without duplicates: %s', async (_, fault) => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    server.faults.appends.push({ tag: 'AnsweredLate', until: passing(50) }, fault(), fault())
    expect(await copying(folder, server, { clock: hastyClock })).toMatchObject({
      events: 230,
      verified: true,
    })
    expect(copiesOn(server)).toEqual(rowsOf(folder))
  })

  test('reports the cause after a few refused appends', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    for (let i = 0; i < 20; i++) {
      server.faults.appends.push({ tag: 'Refused', refusal: refusals.accessDenied() })
    }
    await expect(copying(folder, server, { clock: hastyClock })).rejects.toThrow(/EventStoreDB: .*denied/i)
    expect(copiesOn(server)).toEqual([])
  })

  test('copies later imports into the folder when it is run again', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    await copying(folder, server)
    await appending(log, 'profiles-1.7', 19, creations(300, 5))
    expect(await copying(folder, server)).toMatchObject({ events: 235, verified: true })
    expect(copiesOn(server)).toEqual(rowsOf(folder))
  })
})
