import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { NotACopy } from '../../../application/copying/compare-logs.ts'
import type { CopyProgress } from '../../../application/copying/copy-log.ts'
import type { Clock } from '../../../application/ports/clock.ts'
import type { EventStore } from '../../../application/ports/event-store.ts'
import { beginning, type Position } from '../../../application/ports/position.ts'
import type { ImportEvent } from '../../../domain/events/current.ts'
import { copyToEventStoreDb, ImportGoesOn } from '../../../infrastructure/service/copy-log.ts'
import { tryClaimDataFolder } from '../../../infrastructure/sqlite/claim-data-folder.ts'
import { DataFileError } from '../../../infrastructure/sqlite/data-file-error.ts'
import { openSqliteLog } from '../../../infrastructure/sqlite/open-sqlite.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { systemIds } from '../../../infrastructure/system/system-ids.ts'
import {
  anImportId,
  aTime,
  creations,
  importRejected,
  profileCreated,
  toAppend,
} from '../../support/event-builders.ts'
import type { AppendFault } from '../../support/eventstoredb/faults.ts'
import { appending, aServer, hastyClock, idsOf, opened, taking } from '../../support/eventstoredb/opened.ts'
import { refusals } from '../../support/eventstoredb/refusals.ts'
import type { StandIn } from '../../support/eventstoredb/stand-in.ts'
import { temporaryFolder } from '../sqlite/temporary-folder.ts'

const never = new AbortController().signal

/** A row as a program before version 2 wrote it, or as the copy has it. */
interface Row {
  readonly stream: string
  readonly revision: number
  readonly event_id: string
  readonly type: string
  readonly data: string
  readonly metadata: string
}

const insert = (folder: string, rows: ReadonlyArray<Row>): void => {
  const connection = new Sqlite(join(folder, 'events.sqlite'))
  const statement = connection.prepare(
    'INSERT INTO events (stream, revision, event_id, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?)',
  )
  for (const row of rows) {
    statement.run(row.stream, row.revision, row.event_id, row.type, row.data, row.metadata)
  }
  connection.close()
}

const rowsOf = (folder: string): ReadonlyArray<Row> => {
  const connection = new Sqlite(join(folder, 'events.sqlite'))
  try {
    return connection
      .prepare<[], Row>(`
        SELECT stream, revision, event_id, type,
          CASE WHEN public IS NULL THEN data
          ELSE '{"public":' || public || ',"personal":' || personal || ',"message":' || message || '}' END AS data,
          metadata
        FROM events ORDER BY position`)
      .all()
  } finally {
    connection.close()
  }
}

const openLog = (folder: string): EventStore => {
  const { eventStore, close } = openSqliteLog(folder, { clock: systemClock })
  onTestFinished(close)
  return eventStore
}

/** Three streams, of which two take turns, and one goes on in larger runs. */
const aLog = async (): Promise<{ folder: string; log: EventStore }> => {
  const folder = temporaryFolder()
  const log = openLog(folder)
  for (let n = 0; n < 20; n++) {
    const rejected = importRejected(100 + n)
    await appending(log, 'profiles-1.7', n - 1, creations(n, 1))
    if (n % 2 === 0) await appending(log, 'rejectedImports', n / 2 - 1, [toAppend(rejected)])
    await appending(log, 'profiles-2.7', 10 * n - 1, creations(1000 + 10 * n, 10))
  }
  return { folder, log }
}

const oldEvent = (n: number) => ({
  event_id: anImportId(n),
  type: 'ProfileCreated',
  data: `{"account_id":3,"db_id":7,"profile_id":"00112233445566778899aabb","fields":{"email":"old@example.com"}}`,
  metadata: JSON.stringify({
    import_id: anImportId(n),
    time: '2020-01-31T12:00:00.000Z',
    source: { kind: 'queue', queue: 'q' },
    message: { encoding: 'utf8', body: '{}', bytes: 2, sha256: '0'.repeat(64) },
    feedback_id: 'old',
    matching: 'email',
    skip_triggers: false,
  }),
})

interface Copying {
  readonly clock?: Clock
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: CopyProgress) => void
}

const copying = (
  folder: string,
  server: StandIn,
  { clock = systemClock, signal = never, onProgress = () => {} }: Copying = {},
) =>
  copyToEventStoreDb(
    { from: folder, to: server.url, clock, chance: () => 0, ids: systemIds, onProgress },
    signal,
  )

/** Our events on the server, in the order of its log. */
const copiesOn = (server: StandIn): ReadonlyArray<Row> =>
  server.log.all
    .filter(({ stream }) => stream.startsWith('profiles-') || stream === 'rejectedImports')
    .map(({ stream, revision, id, type, data, metadata }) => ({
      stream,
      revision,
      event_id: id,
      type,
      data: Buffer.from(data).toString(),
      metadata: Buffer.from(metadata)
        .toString()
        .replace(/,?"\$correlationId":"[^"]+","\$causationId":"[^"]+"/, ''),
    }))

const decoded = async (store: EventStore) =>
  (await taking(store.read(beginning, never))).map(({ position, ...rest }) => rest)

describe('a copy', () => {
  it('holds the same events, byte for byte and in the order of the whole log', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    insert(folder, [{ stream: 'profiles-3.7', revision: 0, ...oldEvent(500) }])
    await appending(log, 'profiles-3.7', 0, creations(501, 1))
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

  it('holds what cannot be read as it is, and it still cannot be read', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    const bodies = [
      ['{"from":"a newer version"}', '{"schema_version":99}'],
      ['{"cut off', '{"schema_version":1}'],
      ['', ''],
      ['"text"', 'null'],
      ['\uFEFF{}', '\uFEFF{}'],
      ['{}', 'no JSON'],
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
    await appending(log, 'profiles-4.7', 5, creations(800, 1))
    expect(await copying(folder, server)).toMatchObject({ events: 237, verified: true })
    expect(copiesOn(server)).toEqual(rowsOf(folder))
    const read = await opened(server.url).readStream('profiles-4.7', 0, 10)
    expect(read.map(({ event }) => event.type)).toEqual([
      ...damaged.map(() => 'Unreadable'),
      'ProfileCreated',
    ])
  })

  it('is verified by value where a text is spaced otherwise than the store keeps it', async () => {
    const [folder, server] = [temporaryFolder(), await aServer()]
    openLog(folder)
    const { data, ...rest } = oldEvent(1)
    insert(folder, [{ stream: 'profiles-3.7', revision: 0, ...rest, data: data.replaceAll(':', ' : ') }])
    expect(await copying(folder, server)).toMatchObject({ events: 1, verified: true })
    expect(copiesOn(server)[0]?.data).toBe(data)
  })

  it('of an empty log is empty', async () => {
    const [folder, server] = [temporaryFolder(), await aServer()]
    openLog(folder)
    expect(await copying(folder, server)).toEqual({ events: 0, streams: 0, checkpoints: 0, verified: true })
    expect(copiesOn(server)).toEqual([])
  })

  it('is cut at what an append may hold', async () => {
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

describe('checkpoints', () => {
  it('stand at the same events: what was answered is not answered again, what was not is', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    const answered: ReadonlyArray<[string, Position]> = [
      ['replies-all', await log.end()],
      ['replies-none', beginning],
      ['replies-some', '101' as Position],
    ]
    for (const [name, position] of answered) await log.writeCheckpoint(name, undefined, position)
    expect(await copying(folder, server)).toMatchObject({ checkpoints: 3 })
    const store = opened(server.url)
    for (const [name, position] of answered) {
      const copied = await store.readCheckpoint(name)
      expect(idsOf(await taking(store.read(copied ?? ('9/9' as Position), never)))).toEqual(
        idsOf(await taking(log.read(position, never))),
      )
    }
  })

  it('go on with the log, and never back', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    const [first, second] = ['50', '100'] as const satisfies ReadonlyArray<string>
    await log.writeCheckpoint('replies-q', undefined, first as Position)
    await copying(folder, server)
    const store = opened(server.url)
    const then = await store.readCheckpoint('replies-q')
    await log.writeCheckpoint('replies-q', first as Position, second as Position)
    await copying(folder, server)
    const now = await store.readCheckpoint('replies-q')
    expect(now).toBe((await taking(store.read(beginning, never)))[99]?.position)
    expect(now).not.toBe(then)
    const end = await store.end()
    await store.writeCheckpoint('replies-q', now, end)
    await copying(folder, server)
    expect(await store.readCheckpoint('replies-q')).toBe(end)
  })

  it('are not there before all events are', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    await log.writeCheckpoint('replies-q', undefined, await log.end())
    const stop = new AbortController()
    const onProgress = ({ copied }: CopyProgress) => copied > 100 && stop.abort()
    await expect(copying(folder, server, { signal: stop.signal, onProgress })).rejects.toThrow('aborted')
    expect(server.log.stream('checkpoint-replies-q')).toEqual([])
  })
})

describe('secrets', () => {
  const [key, another] = [new Uint8Array([1, 2, 3]), new Uint8Array([4])]
  const copied = async (server: StandIn) => Buffer.from((await opened(server.url).readSecret('key')) ?? [])

  it('are those of the log, so that what they have proved stays proved', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    await log.writeSecret('key', undefined, key)
    await copying(folder, server)
    expect(await copied(server)).toEqual(Buffer.from(key))
    await copying(folder, server)
    expect(await copied(server)).toEqual(Buffer.from(key))
  })

  it('take the place of one that the target has made before', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    await opened(server.url).writeSecret('key', undefined, another)
    await copying(folder, server)
    expect(await copied(server)).toEqual(Buffer.from(another))
    await log.writeSecret('key', undefined, key)
    await copying(folder, server)
    expect(await copied(server)).toEqual(Buffer.from(key))
  })

  it('do not come to a target that is no copy', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    await log.writeSecret('key', undefined, key)
    await appending(opened(server.url), 'profiles-1.7', -1, creations(900, 1))
    await expect(copying(folder, server)).rejects.toThrow(NotACopy)
    expect(await opened(server.url).readSecret('key')).toBeUndefined()
  })
})

describe('the identity', () => {
  it('is a new one, which names the log that was copied, also when the copy is run again', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    await copying(folder, server)
    const [from, to] = [await log.readIdentity(), await opened(server.url).readIdentity()]
    expect(to).toEqual({ log_id: expect.any(String), epoch: 1, copied_from: from })
    expect(to?.log_id).not.toBe(from?.log_id)
    await copying(folder, server)
    expect(await opened(server.url).readIdentity()).toEqual(to)
  })

  it('is not given to a target that is no copy', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    await appending(opened(server.url), 'profiles-1.7', -1, creations(900, 1))
    await expect(copying(folder, server)).rejects.toThrow(NotACopy)
    expect(await opened(server.url).readIdentity()).toBeUndefined()
  })
})

describe('what comes in between', () => {
  it('an interruption: run again it goes on where it was', async () => {
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
  it.each<[string, () => AppendFault]>([
    ['a connection that breaks before an append', () => ({ tag: 'Cut', applied: false })],
    ['a connection that breaks after an append', () => ({ tag: 'Cut', applied: true })],
    ['an append without an answer', () => ({ tag: 'Unanswered' })],
    ['an append that is made again before it comes', () => ({ tag: 'AppliedLate', until: passing(50) })],
    ['a server that is busy', () => ({ tag: 'Refused', refusal: refusals.unavailable('busy') })],
  ])('%s: it goes on by itself, and nothing is there twice', async (_, fault) => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    server.faults.appends.push({ tag: 'AnsweredLate', until: passing(50) }, fault(), fault())
    expect(await copying(folder, server, { clock: hastyClock })).toMatchObject({
      events: 230,
      verified: true,
    })
    expect(copiesOn(server)).toEqual(rowsOf(folder))
  })

  it('a server that refuses every append: says why after a few', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    for (let i = 0; i < 20; i++) {
      server.faults.appends.push({ tag: 'Refused', refusal: refusals.accessDenied() })
    }
    await expect(copying(folder, server, { clock: hastyClock })).rejects.toThrow(/EventStoreDB: .*denied/i)
    expect(copiesOn(server)).toEqual([])
  })

  it('more imports into the folder: run again it copies those', async () => {
    const [{ folder, log }, server] = [await aLog(), await aServer()]
    await copying(folder, server)
    await appending(log, 'profiles-1.7', 19, creations(300, 5))
    expect(await copying(folder, server)).toMatchObject({ events: 235, verified: true })
    expect(copiesOn(server)).toEqual(rowsOf(folder))
  })
})

describe('a target that is no beginning of this log is refused, and left as it is', () => {
  const refused = async (folder: string, server: StandIn, problem: string) => {
    const before = server.log.all.length
    const error: unknown = await copying(folder, server).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(NotACopy)
    expect(String(error)).toContain(problem)
    expect(server.log.all).toHaveLength(before)
  }

  it('another log', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    await appending(opened(server.url), 'profiles-1.7', -1, creations(900, 1))
    await refused(folder, server, 'its event 0 of profiles-1.7')
  })

  it('the same events in another order', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    await appending(opened(server.url), 'profiles-2.7', -1, creations(1000, 10))
    await refused(folder, server, 'has another place')
  })

  it.each<[string, ImportEvent]>([
    ['what happened', profileCreated(0, { changes: [{ field: '_fname', action: 'set', value: 'Ann' }] })],
    ['public', profileCreated(0, { context: { time: aTime(1) } })],
    ['personal', profileCreated(0, { context: { feedback_id: 'x' } })],
    ['message', profileCreated(0, { context: { message: { encoding: 'utf8', body: '{"n":0}' } } })],
  ])('an event that is another under the same id: %s', async (_, other) => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    await appending(opened(server.url), 'profiles-1.7', -1, [toAppend(other)])
    await refused(folder, server, 'has other data')
  })

  it('an old event with other data, or other metadata, under the same id', async () => {
    const { event_id: id, ...old } = oldEvent(0)
    for (const body of ['data', 'metadata'] as const) {
      const [folder, server] = [temporaryFolder(), await aServer()]
      openLog(folder)
      insert(folder, [{ stream: 'profiles-1.7', revision: 0, ...oldEvent(0) }])
      const other = { ...old, [body]: old[body].replace('old', 'new') }
      const bodies = { data: Buffer.from(other.data), metadata: Buffer.from(other.metadata) }
      server.log.append('profiles-1.7', -1, [
        { id, type: other.type, contentType: 'application/json', ...bodies },
      ])
      await refused(folder, server, `has other ${body}`)
    }
  })

  it('a copy on which imports have gone on', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    await copying(folder, server)
    await appending(opened(server.url), 'profiles-9.9', -1, creations(900, 1))
    await refused(folder, server, 'comes after all events')
  })

  it('a copy of which an event was redacted', async () => {
    const [{ folder }, server] = [await aLog(), await aServer()]
    await copying(folder, server)
    server.log.redact('profiles-2.7', 3)
    await refused(folder, server, 'has other data')
  })
})

it('while somebody imports into the folder nothing is copied', async () => {
  const [{ folder }, server] = [await aLog(), await aServer()]
  const claim = tryClaimDataFolder(folder)
  await expect(copying(folder, server)).rejects.toThrow(ImportGoesOn)
  expect(copiesOn(server)).toEqual([])
  claim?.release()
  let taken = false
  const onProgress = () => {
    taken ||= tryClaimDataFolder(folder) === undefined
  }
  await copying(folder, server, { onProgress })
  expect(taken).toBe(true)
  const after = tryClaimDataFolder(folder)
  expect(after).toBeDefined()
  after?.release()
})

it('a folder without a log is an error, and stays as it is', async () => {
  const [folder, server] = [join(temporaryFolder(), 'none'), await aServer()]
  await expect(copying(folder, server)).rejects.toThrow(DataFileError)
  expect(existsSync(folder)).toBe(false)
})
