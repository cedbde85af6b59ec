import { type Document, MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { AuditIndex, ImportQuery, ImportRecord } from '../../../application/ports/audit-index.ts'
import { beginning, type Position } from '../../../application/ports/position.ts'
import { profileIdOf } from '../../../domain/ids.ts'
import { refusedFor } from '../../../domain/outcome.ts'
import {
  clientOptions,
  type MongoDbStores,
  openStores,
} from '../../../infrastructure/mongodb/open-mongodb.ts'
import { anImportId, aTime } from '../../support/builders/event-builders.ts'
import { dropDatabase, uniqueDatabase } from '../../support/mongodb/unique-database.ts'

const serverUrl = inject('mongodbUrl')
const at = (n: number): Position => String(n) as Position
const done = { verdict: 'created', profile_id: profileIdOf(anImportId(1)) } as const

const record = (n: number): ImportRecord => ({
  importId: anImportId(n),
  position: at(n + 1),
  stream: 'profiles-1.7',
  revision: n,
  type: n % 3 === 0 ? 'ImportRejected' : 'ProfileCreated',
  outcome: n % 3 === 0 ? refusedFor({ tag: 'NotJson' }) : done,
  source: n % 5 === 0 ? { kind: 'ndjson', run: 'r', line: n } : { kind: 'queue', queue: 'q' },
  identified: true,
  bodySha256: '',
  feedbackId: n % 7 === 0 ? 'f' : '',
  time: aTime(n),
})

/** Like those of the previous version, in the collections of generations that may still be live. */
const formerIndexes: ReadonlyArray<readonly [string, Record<string, 1>]> = [
  ['by_order', { order: 1 }],
  ['by_feedback', { feedback_id: 1, order: 1 }],
  ['by_body', { body_sha256: 1, order: 1 }],
  ['by_profile', { 'outcome.profile_id': 1, order: 1 }],
  ['by_code', { code: 1, order: 1, taken_at: 1 }],
  ['by_queue', { 'source.queue': 1, order: 1 }],
  ['by_repeats', { repeats: 1, order: 1 }],
  ['by_replay_of', { replay_of: 1, order: 1 }],
]

describe.skipIf(serverUrl === undefined)('the indexes of the imports', () => {
  const database = uniqueDatabase(serverUrl ?? '')
  let client: MongoClient
  let stores: MongoDbStores
  let asked: Document = {}
  beforeAll(async () => {
    client = new MongoClient(database.url, { ...clientOptions, monitorCommands: true })
    client.on('commandStarted', ({ commandName, command }) => {
      if (commandName === 'aggregate') asked = command
    })
    stores = await openStores(await client.connect(), database.name)
  })
  afterAll(async () => {
    await stores?.close()
    if (serverUrl !== undefined) await dropDatabase(database)
  })
  const collection = (generation: number) => client.db(database.name).collection(`imports_${generation}`)
  const namesOf = async (generation: number) =>
    (await collection(generation).indexes()).map(({ name }) => name).sort()
  const found = async (log: AuditIndex, query: ImportQuery) => {
    const ids: Array<string> = []
    for await (const { importId } of log.find(query)) ids.push(importId)
    return ids
  }

  test('of a generation of the previous version stay unchanged until the next one replaces it', async () => {
    const {
      projectionStores: { imports },
      auditIndex,
    } = stores
    await imports.create('1')
    await collection(1).dropIndexes()
    for (const [name, key] of formerIndexes) await collection(1).createIndex(key, { name })
    const former = await namesOf(1)
    await stores.prepare()
    // It contained nothing unreadable.
    expect(await namesOf(1)).toEqual([...former, 'unreadable'].sort())

    const records = Array.from({ length: 40 }, (_, n) => record(n))
    const changes = { documents: records, revisions: new Map() }
    expect(await imports.apply(1, changes, beginning, at(40))).toBe('applied')
    // It wrote '' if there was no feedback id.
    await collection(1).updateMany({ feedback_id: { $exists: false } }, { $set: { feedback_id: '' } })
    const asFound = await auditIndex.lookup(
      records.map(({ importId }) => importId),
      [],
    )
    expect([...asFound.records.values()].sort((a, b) => a.revision - b.revision)).toEqual(records)

    const { id } = await imports.create('2')
    await imports.apply(id, changes, beginning, at(40))
    expect(await namesOf(id)).toEqual(['_id_'])
    expect(await imports.switchTo(id)).toBe(true)
    expect(await namesOf(id)).toEqual(
      ['_id_', 'by_order', 'refused', 'unreadable', 'with_feedback', 'with_profile', 'with_queue'].concat([
        'with_repeats',
        'with_replay_of',
      ]),
    )
    await imports.drop(1)
    expect(await found(auditIndex, { by: 'code', code: 400 })).toHaveLength(14)
  })

  test.each<[index: string, query: ImportQuery, count: number]>([
    ['with_feedback', { by: 'feedback', feedbackId: 'f' }, 6],
    ['with_profile', { by: 'profile', profileId: done.profile_id }, 26],
    ['refused', { by: 'code', code: 400 }, 14],
    ['refused', { by: 'code', code: 400, since: aTime(30) }, 4],
    ['by_order', { by: 'code', code: 0 }, 26],
  ])('%s can answer %j', async (index, query, count) => {
    const ids = await found(stores.auditIndex, query)
    expect(ids).toHaveLength(count)
    await stores.auditIndex.find(query)[Symbol.asyncIterator]().next()
    const { aggregate, pipeline } = asked
    // A real server refuses to use an index that may not contain all results.
    const hinted = client.db(database.name).collection(String(aggregate))
    const rows = await hinted.aggregate(pipeline.slice(0, -1), { hint: index }).toArray()
    expect(rows.map(({ _id }) => _id)).toEqual(ids)
  })

  test('with_queue can answer which came last', async () => {
    const recent = await stores.auditIndex.recent('q', 5)
    const { aggregate, pipeline } = asked
    const hinted = client.db(database.name).collection(String(aggregate))
    const rows = await hinted.aggregate(pipeline.slice(0, -1), { hint: 'with_queue' }).toArray()
    expect(rows.map(({ _id }) => _id)).toEqual(recent.map(({ importId }) => importId))
    expect(recent.map(({ revision }) => revision)).toEqual([39, 38, 37, 36, 34])
  })
})
