import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { EventStore, RecordedEvent } from '../../../application/ports/event-store.ts'
import { beginning } from '../../../application/ports/position.ts'
import type { ProjectionStore } from '../../../application/ports/projection-store.ts'
import type { StoreTrouble } from '../../../application/ports/store-trouble.ts'
import { profileIdOf } from '../../../domain/ids.ts'
import { databaseStream } from '../../../domain/streams.ts'
import { openSqliteLog, openSqliteReadModels } from '../../../infrastructure/sqlite/open-sqlite.ts'
import { toPosition } from '../../../infrastructure/sqlite/position.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { importRecordOf } from '../../../projections/imports.ts'
import { refusals } from '../../contract/documents.ts'
import { aSearchEntry } from '../../contract/search-index.ts'
import { aDatabase, anImportId, creations } from '../../support/builders/event-builders.ts'
import { aKey, aProfileDocument } from '../../support/builders/profile-builders.ts'
import { openSqlite, type SqliteStores } from '../../support/sqlite/open-sqlite.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'

const never = new AbortController().signal
const stream = databaseStream(aDatabase())
const documents = [0, 1, 2].map((n) => aProfileDocument(n, [`email:${n}@x.org`]))

const readAll = async (batches: AsyncIterable<ReadonlyArray<unknown>>): Promise<void> => {
  for await (const _ of batches);
}

/** The stores of a data folder with three profiles, whose rows are then damaged. The check is that of the log. */
const given = async (file: 'events' | 'read-model', sql: string): Promise<SqliteStores> => {
  const folder = temporaryFolder()
  const before = openSqlite(folder, { clock: systemClock })
  const { eventStore, projectionStores } = before
  await eventStore.append([{ stream, expectedRevision: -1, events: creations(0, 3) }])
  await eventStore.writeCheckpoint('replies', undefined, toPosition(3))
  await eventStore.writeSecret('key', undefined, new Uint8Array(32))
  const revisions = new Map([[stream, 2]])
  const show = async <Id, Document>(store: ProjectionStore<Id, Document>, shown: Array<Document>) => {
    const { id } = await store.create('1')
    await store.apply(id, { documents: shown, revisions }, beginning, toPosition(3))
  }
  await show(projectionStores.profiles, documents)
  await show(projectionStores.imports, (await eventStore.readStream(stream, 0, 3)).map(importRecordOf))
  await show(
    projectionStores.refusals,
    [0, 1].map((n) => refusals.aDocument(n)),
  )
  await show(
    projectionStores.search,
    [1, 2].map((n) => aSearchEntry(n, [1])),
  )
  before.close()
  const connection = new Sqlite(join(folder, `${file}.sqlite`))
  connection.exec(sql)
  connection.close()
  const log = openSqliteLog(folder, { clock: systemClock })
  onTestFinished(log.close)
  const readModels = openSqliteReadModels(folder, {})
  onTestFinished(readModels.close)
  return { ...readModels, ...log }
}

const isToldOf = (file: 'events' | 'read-model'): Partial<StoreTrouble> => ({
  kind: 'refusing',
  store: file === 'events' ? 'event store' : 'read models',
  message: expect.stringMatching(
    file === 'events'
      ? /\/events\.sqlite: the file is damaged: restore a backup \([\w ]+\)$/
      : /\/read-model\.sqlite: the file is damaged: .* delete it: .* \([\w ]+\)$/,
  ),
})

describe('a value in read-model.sqlite that this program does not write is told as damage', () => {
  type Use = (stores: SqliteStores) => Promise<unknown>
  const lookup: Use = ({ profileDirectory }) =>
    profileDirectory.lookup([{ database: aDatabase(), keys: [aKey('email:0@x.org')] }], [stream])
  const load: Use = ({ projectionStores }) =>
    projectionStores.profiles.load(
      1,
      documents.map(({ profile }) => ({ database: aDatabase(), profileId: profile.profile_id })),
    )
  const change: Use = ({ projectionStores }) =>
    projectionStores.profiles.apply(
      1,
      {
        documents: [aProfileDocument(0, ['email:new@x.org'], { revision: 3 })],
        revisions: new Map(),
      },
      toPosition(3),
      toPosition(4),
    )
  const scan =
    (name: 'profiles' | 'imports' | 'refusals' | 'search'): Use =>
    ({ projectionStores }) =>
      readAll(projectionStores[name].scan(1, never, { verifyKeys: true }))
  const [scanProfiles, scanImports, scanRefusals] = [scan('profiles'), scan('imports'), scan('refusals')]
  const scanSearch = scan('search')
  const search: Use = ({ searchIndex }) => searchIndex.find({ allOf: [[1]] }, 10)
  const lookUpImport: Use = ({ auditIndex }) => auditIndex.lookup([anImportId(0)], [stream])
  const generations: Use = ({ projectionStores }) => projectionStores.profiles.generations()
  const refusalsOfDay: Use = ({ projectionStores }) =>
    projectionStores.refusals.load(1, [refusals.refOf(refusals.aDocument(0))])

  test.each<[sql: string, uses: ReadonlyArray<Use>]>([
    [`UPDATE profiles_1 SET profile_id = 'x'`, [lookup, load, scanProfiles]],
    [`UPDATE profiles_1 SET profile_id = '${'A'.repeat(24)}'`, [lookup, load, scanProfiles]],
    [`UPDATE profiles_1 SET profile_id = '${'g'.repeat(24)}'`, [lookup, load, scanProfiles]],
    [`UPDATE profiles_1 SET profile_id = '${'0'.repeat(24)}'`, [load]],
    [`UPDATE profiles_1 SET created_revision = 'x' WHERE created_revision = 0`, [lookup, scanProfiles]],
    [`UPDATE profiles_1 SET created_revision = 0.5 WHERE created_revision = 0`, [lookup, scanProfiles]],
    [`UPDATE profiles_1 SET account_id = 'x'`, [lookup, scanProfiles]],
    [`UPDATE profiles_1 SET db_id = 9007199254740993`, [lookup, scanProfiles]],
    [`UPDATE profiles_1 SET revision = 1.5`, [lookup, load, scanProfiles]],
    [`UPDATE profiles_1 SET state = '{}'`, [lookup, load, scanProfiles]],
    [`UPDATE profiles_1 SET state = '7'`, [lookup, load, scanProfiles]],
    [`UPDATE profiles_1 SET state = x'7b7d'`, [lookup, load, scanProfiles]],
    [`UPDATE profiles_1 SET keys = '{}'`, [load, change, scanProfiles]],
    [`UPDATE profiles_1 SET keys = '[1]'`, [load, change, scanProfiles]],
    [`UPDATE profile_keys_1 SET created_revision = 'x' WHERE key = 'email:0@x.org'`, [lookup, scanProfiles]],
    [`DELETE FROM profiles_1 WHERE created_revision = 0`, [lookup, scanProfiles]],
    [`INSERT INTO profile_keys_1 VALUES (1, 7, 'email:x', 1)`, [scanProfiles]],
    [`INSERT INTO profile_keys_1 VALUES (1, 7, 'email:x', 9)`, [scanProfiles]],
    [`UPDATE imports_1 SET import_id = 'x' WHERE number = 1`, [scanImports]],
    [`UPDATE imports_1 SET import_id = 'x' WHERE number = 3`, [scanImports]],
    [`UPDATE imports_1 SET number = 9007199254740993 WHERE number = 3`, [scanImports]],
    [`UPDATE imports_1 SET record = '7'`, [lookUpImport, scanImports]],
    [`UPDATE imports_1 SET record = '{}'`, [lookUpImport, scanImports]],
    [`UPDATE imports_1 SET record = json_remove(record, '$.stream')`, [lookUpImport, scanImports]],
    [`UPDATE imports_1 SET record = json_set(record, '$.revision', 0.5)`, [lookUpImport, scanImports]],
    [`UPDATE imports_1 SET record = json_set(record, '$.importId', '')`, [lookUpImport, scanImports]],
    ...['feedback_id', 'profile_id', 'code', 'time_ms', 'queue', 'repeats', 'replay_of', 'unreadable'].map(
      (column): [string, ReadonlyArray<Use>] => [`UPDATE imports_1 SET ${column} = 'x'`, [scanImports]],
    ),
    [`UPDATE imports_1 SET time_ms = NULL WHERE number = 2`, [scanImports]],
    [`UPDATE refusals_1 SET stream = 'x' || day`, [scanRefusals]],
    [`UPDATE refusals_1 SET day = 'x' || day`, [scanRefusals]],
    [`UPDATE refusals_1 SET refusals = '{}'`, [refusalsOfDay, scanRefusals]],
    [`UPDATE refusals_1 SET refusals = json_remove(refusals, '$.groups')`, [refusalsOfDay, scanRefusals]],
    [`UPDATE search_1 SET terms = x'00'`, [search, scanSearch]],
    [`UPDATE search_1 SET terms = 'x'`, [search, scanSearch]],
    [`UPDATE search_1 SET position = 'x' || position`, [search, scanSearch]],
    [`UPDATE search_1 SET revision = 0.5`, [search, scanSearch]],
    [`UPDATE search_1 SET time_ms = 0.5`, [search, scanSearch]],
    [`DELETE FROM search_terms_1`, [scanSearch]],
    [`UPDATE search_terms_1 SET number = 'x' || number`, [scanSearch]],
    [`DELETE FROM search_times_1`, [scanSearch]],
    [`UPDATE projections SET live_generation = 9`, [generations, lookup, lookUpImport]],
    [`UPDATE generations SET checkpoint = 'x'`, [generations, lookup, lookUpImport]],
    [`UPDATE generations SET version = x'00'`, [generations, lookup, lookUpImport]],
    [`UPDATE generations SET log_id = 'x', epoch = 1`, [generations]],
    [`UPDATE revisions SET revision = 'x'`, [lookup, lookUpImport]],
  ])('%s', async (sql, uses) => {
    const stores = await given('read-model', sql)
    for (const use of uses) await expect(use(stores)).rejects.toMatchObject(isToldOf('read-model'))
  })

  test('a number of an import far from the others delays no query', async () => {
    const { auditIndex } = await given('read-model', 'UPDATE imports_1 SET number = 1e15 WHERE number = 3')
    const found: Array<unknown> = []
    const profileId = profileIdOf(anImportId(2))
    for await (const { importId } of auditIndex.find({ by: 'profile', profileId })) found.push(importId)
    expect(found).toEqual([anImportId(2)])
  })
})

describe('a value in events.sqlite that this program does not write is told as damage', () => {
  type Use = (eventStore: EventStore, stores: SqliteStores) => Promise<unknown>
  const read: Use = (eventStore) => readAll(eventStore.read(beginning, never))
  const readStream: Use = (eventStore) => eventStore.readStream(stream, 0, 9)
  const readRaw: Use = (_, { rawLog }) => readAll(rawLog.read(beginning, never))
  const append: Use = async (eventStore) => {
    const [result] = await eventStore.append([{ stream, expectedRevision: 2, events: creations(3, 1) }])
    if (result?.tag === 'Unknown') throw result.cause
  }
  const check: Use = async (_, { checkIntegrity }) => checkIntegrity('pages')
  const checkpoint: Use = (eventStore) => eventStore.readCheckpoint('replies')
  const checkpoints: Use = (_, { rawLog }) => rawLog.checkpoints()
  const secret: Use = (eventStore) => eventStore.readSecret('key')
  const secrets: Use = (_, { rawLog }) => rawLog.secrets()

  test.each<[sql: string, uses: ReadonlyArray<Use>]>([
    [`UPDATE events SET revision = 1.5 WHERE revision = 1`, [read, readStream, readRaw, check]],
    [`UPDATE events SET revision = 'x' WHERE revision = 2`, [read, readStream, readRaw, append]],
    [`UPDATE events SET stream = x'00' WHERE revision = 2`, [read, readRaw, check]],
    [`UPDATE events SET position = 4 WHERE position = 3`, [check]],
    [`UPDATE checkpoints SET position = 'x'`, [checkpoint, checkpoints, check]],
    ...['7', `'text'`, `x''`, 'zeroblob(31)', `'${'x'.repeat(32)}'`].map(
      (value): [string, ReadonlyArray<Use>] => [
        `UPDATE secrets SET secret = ${value}`,
        [secret, secrets, check],
      ],
    ),
  ])('%s', async (sql, uses) => {
    const stores = await given('events', sql)
    for (const use of uses)
      await expect((async () => use(stores.eventStore, stores))()).rejects.toMatchObject(isToldOf('events'))
  })

  test.each(['-1', '0', '9007199254740993', '9223372036854775807'])(
    'position %s, at once',
    async (position) => {
      await expect(
        given('events', `UPDATE events SET position = ${position} WHERE position = 3`),
      ).rejects.toMatchObject(isToldOf('events'))
    },
  )

  test.each([
    [`event_id = 'x'`, { eventId: 'x' }],
    [`event_id = x'ff'`, { eventId: '' }],
    [`event_id = 'A' || substr(event_id, 2)`, {}],
    [`type = x'0102'`, { event: { storedType: '' } }],
    [`type = ''`, { event: { storedType: '' } }],
    [`public = CAST(public AS BLOB)`, {}],
  ])('an event with %s alone cannot be read, and is counted', async (set, expected) => {
    const { eventStore } = await given('events', `UPDATE events SET ${set} WHERE position = 2`)
    const events: Array<RecordedEvent> = []
    for await (const batch of eventStore.read(beginning, never)) events.push(...batch)
    expect(events.map(({ event }) => event.type)).toEqual(['ProfileCreated', 'Unreadable', 'ProfileCreated'])
    expect(events[1]).toMatchObject({ event: { reason: 'damaged' } })
    expect(events[1]).toMatchObject(expected)
    expect(events.map(importRecordOf)[1]).toMatchObject({ position: '2', unreadable: true })
  })
})
