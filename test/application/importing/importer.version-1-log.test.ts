import { hash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EventStore } from '../../../application/ports/event-store.ts'
import { findReplayKey, replayMark } from '../../../application/replay-mark.ts'
import type { ImportId } from '../../../domain/ids.ts'
import { openSqliteLog } from '../../../infrastructure/sqlite/open-sqlite.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { bytesOf } from '../../support/builders/message-builders.ts'
import { aServer, opened } from '../../support/eventstoredb/opened.ts'
import { type Message, Pipeline, queue } from '../../support/pipeline/pipeline.ts'
import { restoreDataFolder } from '../../support/sqlite/restore-data-folder.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'

interface Row {
  readonly stream: string
  readonly revision: number
  readonly event_id: ImportId
  readonly type: string
  readonly data: string
  readonly metadata: string
}

const fixture = (): string => {
  const folder = temporaryFolder()
  restoreDataFolder('data-folder-version-1', folder)
  return folder
}

const read = <A>(sql: string): ReadonlyArray<A> => {
  const connection = new Sqlite(join(fixture(), 'events.sqlite'))
  try {
    return connection.prepare<[], A>(sql).all()
  } finally {
    connection.close()
  }
}

const rowsOf = () => read<Row>('SELECT * FROM events ORDER BY position')

const onSqlite = async (): Promise<EventStore> => {
  const { eventStore, close } = openSqliteLog(fixture(), { clock: systemClock })
  onTestFinished(close)
  return eventStore
}

/** As that version wrote them there: the metadata also has what the store correlates by. */
const onEventStoreDb = async (): Promise<EventStore> => {
  const server = await aServer()
  const write = (stream: string, id: string, type: string, data: string, metadata: string) => {
    const bodies = { data: Buffer.from(data), metadata: Buffer.from(metadata) }
    server.log.append(stream, 'any', [{ id, type, contentType: 'application/json', ...bodies }])
  }
  for (const { stream, event_id, type, data, metadata } of rowsOf()) {
    const known = JSON.parse(metadata)
    const origin = JSON.parse(data).first_import_id ?? known.replay_of ?? event_id
    const correlated = { ...known, $correlationId: origin, $causationId: origin }
    write(stream, event_id, type, data, JSON.stringify(correlated))
  }
  for (const { name, secret } of read<{ name: string; secret: Buffer }>('SELECT name, secret FROM secrets')) {
    const data = JSON.stringify({ base64: secret.toString('base64') })
    write(`secret-${name}`, randomUUID(), 'SecretKept', data, '{}')
  }
  return opened(server.url)
}

const onIt = (eventStore: EventStore): Pipeline => {
  const pipeline = new Pipeline({ stores: { eventStore } })
  onTestFinished(() => pipeline.close())
  return pipeline
}

const byId = (documents: Awaited<ReturnType<Pipeline['profiles']>>) =>
  [...documents].sort((a, b) => a.profile.profile_id.localeCompare(b.profile.profile_id))

const ann = { account_id: 1, db_id: 1, email: 'ann@example.com' }
const increased = (value: number, messageId: string): Message => ({
  body: bytesOf({ ...ann, data: { visits: { action: 'incr', value } } }),
  properties: { message_id: messageId },
})

describe.each([
  ['SQLite', onSqlite],
  ['EventStoreDB', onEventStoreDb],
])('a log of version 1 on %s', (_, logOf) => {
  test('is read completely, in order, as current events', async () => {
    const rows = rowsOf()
    const events = await onIt(await logOf()).events()
    expect(
      events.map(({ stream, revision, eventId, event }) => [stream, revision, eventId, event.type]),
    ).toEqual(rows.map(({ stream, revision, event_id, type }) => [stream, revision, event_id, type]))
    for (const [i, { event }] of events.entries()) {
      if (event.type === 'Unreadable') throw new Error(event.problem)
      const { message, time } = JSON.parse(rows[i]?.metadata ?? '')
      expect(event).toMatchObject({
        public: { recorded_version: 1, time },
        personal: { bytes: message.bytes, sha256: message.sha256 },
        message: { encoding: message.encoding, body: message.body },
      })
    }
  })

  test('continues: earlier imports are known, and new events have before-values', async () => {
    const pipeline = onIt(await logOf())
    const before = rowsOf()
    await pipeline.import([increased(10, 'm-1'), increased(12, 'm-1'), increased(7, 'new')], 10)
    const added = (await pipeline.events()).slice(before.length).map(({ event }) => event)
    const first = before.find(({ metadata }) => JSON.parse(metadata).properties.message_id === 'm-1')
    const profile_id = JSON.parse(first?.data ?? '').profile_id
    expect(added).toMatchObject([
      {
        type: 'ImportRepeated',
        public: { schema_version: 2, first_import_id: first?.event_id, first_verdict: 'updated', profile_id },
      },
      { type: 'ImportRejected', public: { code: 409 }, personal: { reasons: [{ tag: 'MessageIdReused' }] } },
      { type: 'ProfileUpdated', public: { profile_id }, personal: { changes: [{ field: 'visits', by: 7 }] } },
    ])
    expect(added[2]).toHaveProperty(['personal', 'changes', 0, 'was'], expect.any(Number))
    expect(byId(await pipeline.profiles())).toEqual(byId(await pipeline.foldedProfiles()))
  })

  test('the key of its replay marks still proves replays', async () => {
    const eventStore = await logOf()
    const key = await findReplayKey(eventStore)
    if (key === undefined) throw new Error('no key')
    const original = rowsOf().find(({ type }) => type === 'ImportRejected')
    const body = Buffer.from(JSON.parse(original?.metadata ?? '').message.body)
    const properties = { message_id: 'fresh' }
    const replayOf = original?.event_id ?? ('' as ImportId)
    const bodySha256 = hash('sha256', body, 'hex')
    const mark = replayMark(key, { replayOf, queue, properties, contentEncoding: 'utf-8', bodySha256 })
    const pipeline = onIt(eventStore)
    await pipeline.import(
      [{ body, properties, contentEncoding: 'utf-8', replayOf, replayMark: mark }, increased(1, 'after')],
      10,
    )
    expect((await pipeline.events()).slice(-2).map(({ event }) => event)).toMatchObject([
      { type: 'ProfileUpdated', public: { schema_version: 2, replay_of: replayOf } },
      { type: 'ProfileUpdated' },
    ])
  })
})
