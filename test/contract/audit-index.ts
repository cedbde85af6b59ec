import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AuditIndex, ImportQuery, ImportRecord } from '../../application/ports/audit-index.ts'
import { beginning, type Position } from '../../application/ports/position.ts'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import { type ImportId, profileIdOf } from '../../domain/ids.ts'
import { refusedFor } from '../../domain/outcome.ts'
import { anImportId, aTime } from '../support/builders/event-builders.ts'

export interface AuditIndexUnderTest {
  readonly auditIndex: AuditIndex
  /** Writes what the audit index reads. */
  readonly imports: ProjectionStore<never, ImportRecord>
  close(): Promise<void>
}

const at = (n: number): Position => String(n) as Position

type ReadableRecord = ImportRecord & Required<Pick<ImportRecord, 'outcome' | 'time'>>

/** The record of the import `anImportId(n)`, whose event has the position n + 1. */
const aRecord = (n: number, told: Partial<ReadableRecord> = {}): ReadableRecord => ({
  importId: anImportId(n),
  position: at(n + 1),
  stream: 'profiles-1.7',
  revision: n,
  type: 'ProfileCreated',
  outcome: { verdict: 'created', profile_id: profileIdOf(anImportId(n)) },
  source: { kind: 'queue', queue: 'database_import' },
  identified: true,
  bodySha256: n.toString(16).padStart(64, '0'),
  feedbackId: '',
  time: aTime(n),
  ...told,
})

const rejected = (
  n: number,
  tag: 'NotJson' | 'UnknownDatabase',
  told: Partial<ReadableRecord> = {},
): ReadableRecord => aRecord(n, { type: 'ImportRejected', outcome: refusedFor({ tag }), ...told })

const repeated = (n: number, first: ReadableRecord): ReadableRecord =>
  aRecord(n, { type: 'ImportRepeated', outcome: first.outcome, repeats: first.importId })

/** The record of an event of which only place, type and id are known. */
const unreadable = (n: number, type: string): ImportRecord => ({
  importId: anImportId(n),
  position: at(n + 1),
  stream: 'profiles-1.7',
  revision: n,
  type,
  unreadable: true,
  identified: true,
  feedbackId: '',
})

/** What every audit index must do. `makeIndex` creates one without generations for every test. */
export const auditIndexContract = (name: string, makeIndex: () => Promise<AuditIndexUnderTest>): void => {
  describe(`${name} as an AuditIndex`, () => {
    let made: AuditIndexUnderTest
    let auditIndex: AuditIndex
    let checkpoint: Position
    beforeEach(async () => {
      made = await makeIndex()
      auditIndex = made.auditIndex
      checkpoint = beginning
    })
    afterEach(() => made.close())

    const given = async (
      records: ReadonlyArray<ImportRecord>,
      revisions: ReadonlyMap<string, number> = new Map(),
    ) => {
      if (checkpoint === beginning) await made.imports.create('v1')
      const to = records.at(-1)?.position ?? checkpoint
      expect(await made.imports.apply(1, { documents: records, revisions }, checkpoint, to)).toBe('applied')
      checkpoint = to
    }

    const found = async (query: ImportQuery) => {
      const records: Array<ImportRecord> = []
      for await (const record of auditIndex.find(query)) records.push(record)
      return records
    }

    test('answers from the beginning while there is no generation', async () => {
      expect(await auditIndex.checkpoint()).toBe(beginning)
      expect(await auditIndex.lookup([anImportId(1)], ['s'])).toEqual({
        checkpoint: beginning,
        records: new Map(),
        revisions: [-1],
      })
      expect(await auditIndex.recent('database_import', 10)).toEqual([])
      expect(await found({ by: 'code', code: 0 })).toEqual([])
    })

    describe('lookup', () => {
      test('returns existing records, with checkpoint and revisions', async () => {
        const records = [aRecord(0), rejected(1, 'NotJson'), repeated(2, aRecord(0))]
        await given(records, new Map([['profiles-1.7', 2]]))
        const asked = [2, 7, 0, 1].map(anImportId)
        const answer = await auditIndex.lookup(asked, ['rejectedImports', 'profiles-1.7'])
        expect(answer.checkpoint).toBe(at(3))
        expect(answer.revisions).toEqual([-1, 2])
        expect(answer.records).toEqual(new Map(records.map((record) => [record.importId, record])))
        expect(await auditIndex.checkpoint()).toBe(at(3))
      })

      test('returns every member unchanged', async () => {
        const record = aRecord(0, {
          source: { kind: 'ndjson', run: `'";--`, line: 2 ** 40 },
          replayOf: anImportId(7),
          identified: false,
          time: '2026-01-01T00:00:00.1234Z',
          feedbackId: 'a\u0000\ud800👩‍👩‍👧"',
        })
        await given([record])
        expect((await auditIndex.lookup([record.importId], [])).records.get(record.importId)).toEqual(record)
      })

      test('reads the current live generation', async () => {
        await given([aRecord(0)])
        const { id } = await made.imports.create('v2')
        await made.imports.apply(id, { documents: [aRecord(1)], revisions: new Map() }, beginning, at(2))
        expect([...(await auditIndex.lookup([0, 1].map(anImportId), [])).records.keys()]).toEqual([
          anImportId(0),
        ])
        expect(await made.imports.switchTo(id)).toBe(true)
        await made.imports.drop(1)
        expect([...(await auditIndex.lookup([0, 1].map(anImportId), [])).records.keys()]).toEqual([
          anImportId(1),
        ])
        expect(await auditIndex.checkpoint()).toBe(at(2))
      })
    })

    describe('recent', () => {
      test('returns the last imports of one queue, newest first', async () => {
        const elsewhere = { kind: 'queue', queue: 'other' } as const
        await given([
          aRecord(0),
          aRecord(1, { source: elsewhere }),
          rejected(2, 'NotJson'),
          aRecord(3, { source: { kind: 'ndjson', run: 'database_import', line: 1 } }),
          aRecord(4),
        ])
        const recent = async (queue: string, limit: number) =>
          (await auditIndex.recent(queue, limit)).map(({ revision }) => revision)
        expect(await recent('database_import', 10)).toEqual([4, 2, 0])
        expect(await recent('database_import', 2)).toEqual([4, 2])
        expect(await recent('other', 2)).toEqual([1])
        expect(await recent('none', 2)).toEqual([])
      })
    })

    describe('find', () => {
      test('an import: itself, its repetitions and its replays, oldest first', async () => {
        const first = aRecord(1)
        const family = [
          first,
          repeated(3, first),
          aRecord(4, { replayOf: first.importId }),
          repeated(6, first),
        ]
        await given([aRecord(0), ...family, aRecord(7, { replayOf: anImportId(0) })])
        expect(await found({ by: 'import', importId: first.importId })).toEqual(family)
        expect(await found({ by: 'import', importId: anImportId(99) })).toEqual([])
      })

      test('a feedback id, which is plain text', async () => {
        const ids = ['f-1', `' OR 1=1 --`, '$ne', 'F-1', 'f-1\u0000', '\ud800', '\ud801', '\ufffd']
        await given([aRecord(0), ...ids.map((feedbackId, i) => aRecord(i + 1, { feedbackId })), aRecord(20)])
        for (const [i, feedbackId] of ids.entries()) {
          expect(await found({ by: 'feedback', feedbackId })).toEqual([aRecord(i + 1, { feedbackId })])
        }
      })

      test('a profile: what created and changed it', async () => {
        const created = aRecord(0)
        const updated = aRecord(2, {
          type: 'ProfileUpdated',
          outcome: { verdict: 'unchanged', profile_id: profileIdOf(created.importId) },
        })
        await given([created, aRecord(1), updated, rejected(3, 'NotJson')])
        expect(await found({ by: 'profile', profileId: profileIdOf(created.importId) })).toEqual([
          created,
          updated,
        ])
      })

      test('unreadable events, which are not outcomes, and counts them', async () => {
        expect(await auditIndex.countUnreadable()).toBe(0)
        const damaged = unreadable(1, 'ProfileUpdated')
        const created = { ...unreadable(2, 'ProfileCreated'), outcome: aRecord(2).outcome }
        const { outcome: _, ...readInPart }: ImportRecord = {
          ...aRecord(4),
          type: 'ProfileUpdated',
          unreadable: true,
        }
        const withoutId = { ...unreadable(6, ''), importId: 'position 7' as ImportId }
        const records = [
          aRecord(0),
          damaged,
          created,
          aRecord(3),
          readInPart,
          unreadable(5, 'Newer'),
          withoutId,
        ]
        await given(records)
        expect(await auditIndex.countUnreadable()).toBe(5)
        expect(await found({ by: 'unreadable' })).toEqual([
          damaged,
          created,
          readInPart,
          records[5],
          withoutId,
        ])
        expect(await found({ by: 'code', code: 0 })).toEqual([aRecord(0), aRecord(3)])
        expect((await auditIndex.lookup([damaged.importId], [])).records.get(damaged.importId)).toEqual(
          damaged,
        )
      })

      test('outcomes by code and time, without repetitions', async () => {
        const done = aRecord(0)
        const bad = rejected(1, 'NotJson')
        const unknown = rejected(2, 'UnknownDatabase')
        const later = rejected(5, 'NotJson')
        await given([done, bad, unknown, repeated(3, done), repeated(4, bad), later])
        expect(await found({ by: 'code', code: 0 })).toEqual([done])
        expect(await found({ by: 'code', code: 0, since: done.time })).toEqual([done])
        expect(await found({ by: 'code', code: 0, since: aTime(0.001) })).toEqual([])
        expect(await found({ by: 'code', code: 404 })).toEqual([unknown])
        expect(await found({ by: 'code', code: 400 })).toEqual([bad, later])
        expect(await found({ by: 'code', code: 400, since: bad.time })).toEqual([bad, later])
        expect(await found({ by: 'code', code: 400, since: aTime(1.001) })).toEqual([later])
        expect(await found({ by: 'code', code: 400, since: aTime(6) })).toEqual([])
      })

      test('many, each once and in order, even while more arrive', async () => {
        const records = Array.from({ length: 3000 }, (_, n) =>
          aRecord(n, { feedbackId: n % 3 === 0 ? 'x' : 'y' }),
        )
        await given(records.slice(0, 2000))
        const seen: Array<ImportRecord> = []
        for await (const record of auditIndex.find({ by: 'feedback', feedbackId: 'x' })) {
          if (seen.push(record) === 100) await given(records.slice(2000))
        }
        const expected = records.filter(({ feedbackId }) => feedbackId === 'x')
        expect(seen.slice(0, 600)).toEqual(expected.slice(0, 600))
        expect(await found({ by: 'feedback', feedbackId: 'x' })).toEqual(expected)
        expect(await found({ by: 'code', code: 0 })).toEqual(records)
      })
    })
  })
}
