import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import type { Position } from '../../application/ports/position.ts'
import type { RefusalDay } from '../../application/ports/refusal-day.ts'
import type { Reason } from '../../domain/events/current.ts'
import type { Database } from '../../domain/ids.ts'
import { importRejected } from '../../domain/import-rejected.ts'
import { databaseStream, rejectedImportsStream } from '../../domain/streams.ts'
import { idOfRefusals, maxGroups, refusalsProjection } from '../../projections/refusals.ts'
import { aDatabase, anImportId, profileCreated, someContext } from '../support/builders/event-builders.ts'

interface Refused {
  readonly database?: Database | undefined
  readonly reason?: Reason
  readonly app_id?: string | undefined
  readonly time?: string
}

const unknownField = (field: string): Reason => ({ tag: 'UnknownField', field })

/** The log of these refusals, in which every stream counts its own revisions. */
const logOf = (refused: ReadonlyArray<Refused>): ReadonlyArray<RecordedEvent> => {
  const revisions = new Map<string, number>()
  return refused.map(
    ({ database, reason = { tag: 'NotJson' }, app_id, time = '2026-11-30T12:00:00.000Z' }, n) => {
      const stream = database === undefined ? rejectedImportsStream : databaseStream(database)
      const revision = 1 + (revisions.get(stream) ?? -1)
      revisions.set(stream, revision)
      const context = someContext(n, { time, properties: app_id === undefined ? {} : { app_id } })
      const rejected = importRejected([reason], database)
      return {
        position: String(n + 1) as Position,
        stream,
        revision,
        eventId: anImportId(n),
        event: {
          type: rejected.type,
          public: { ...context.public, ...rejected.public },
          personal: { ...context.personal, ...rejected.personal },
          message: context.message,
        },
      }
    },
  )
}

const fold = (events: ReadonlyArray<RecordedEvent>) => refusalsProjection.fold([], events)

describe('refusals', () => {
  test('are counted by database, day, code, reason, member and application', () => {
    const [database, other] = [aDatabase(1, 7), aDatabase(2, 7)]
    const documents = fold(
      logOf([
        { database, reason: unknownField('a'), app_id: 'crm', time: '2026-11-30T23:00:00.000Z' },
        { database, reason: unknownField('a'), app_id: 'crm', time: '2026-11-30T22:00:00.000Z' },
        { database, reason: unknownField('a'), time: '2026-11-30T23:30:00.000Z' },
        { database, reason: unknownField('a'), app_id: 'crm', time: '2026-12-01T00:00:00.000Z' },
        { database: other, reason: { tag: 'BadMember', member: 'email', expected: 'a string' } },
        {},
      ]),
    )
    const once = { count: 1, first: expect.any(String), last: expect.any(String) }
    const a = { code: 400, reason: 'UnknownField', member: 'a' }
    expect(documents).toEqual([
      {
        ...database,
        stream: 'profiles-1.7',
        day: '2026-11-30',
        revision: 2,
        groups: [
          {
            ...a,
            app_id: 'crm',
            count: 2,
            first: '2026-11-30T22:00:00.000Z',
            last: '2026-11-30T23:00:00.000Z',
            example: anImportId(1),
          },
          { ...a, app_id: '', ...once, example: anImportId(2) },
        ],
      },
      {
        ...database,
        stream: 'profiles-1.7',
        day: '2026-12-01',
        revision: 3,
        groups: [{ ...a, app_id: 'crm', ...once, example: anImportId(3) }],
      },
      {
        ...other,
        stream: 'profiles-2.7',
        day: '2026-11-30',
        revision: 0,
        groups: [
          { code: 400, reason: 'BadMember', member: 'email', app_id: '', ...once, example: anImportId(4) },
        ],
      },
      {
        stream: 'rejectedImports',
        day: '2026-11-30',
        revision: 0,
        groups: [{ code: 400, reason: 'NotJson', member: '', app_id: '', ...once, example: anImportId(5) }],
      },
    ])
  })

  test('are not changed by any other event', () => {
    const created: RecordedEvent = {
      position: '1' as Position,
      stream: 'profiles-1.7',
      revision: 0,
      eventId: anImportId(0),
      event: profileCreated(0),
    }
    expect(refusalsProjection.reads?.([created])).toEqual([])
    expect(fold([created])).toEqual([])
  })

  test('of a day have a limited number of groups by names from messages', () => {
    const database = aDatabase()
    const many = (from: number) =>
      Array.from({ length: 2 * maxGroups }, (_, n) => ({
        database,
        reason: unknownField(`f${from + n}`),
        app_id: `a${from + n}`,
      }))
    const again = { database, reason: unknownField('f0'), app_id: 'a0' }
    // No name from a message is taken for the group of all others.
    const other = { database, reason: unknownField('other'), app_id: 'other' }
    const nameless = { database, reason: { tag: 'ProfileNotFound' } as const }
    const [day, ...others] = fold(
      logOf([other, ...many(0), ...many(5000), again, nameless, { ...nameless, app_id: 'late' }]),
    )
    expect(others).toEqual([])
    expect(day?.groups).toHaveLength(maxGroups + 3)
    expect(day?.groups.slice(0, 2)).toMatchObject([
      { member: 'other', app_id: 'other', count: 1 },
      { member: 'f0', app_id: 'a0', count: 2 },
    ])
    expect(day?.groups.slice(maxGroups)).toMatchObject([
      { reason: 'UnknownField', member: '', app_id: '', overflow: true, count: 3 * maxGroups + 1 },
      { reason: 'ProfileNotFound', member: '', app_id: '', count: 1 },
      { reason: 'ProfileNotFound', member: '', app_id: '', overflow: true, count: 1 },
    ])
  })

  test('may show the effect of an unreadable refusal of the same stream and day', () => {
    const [recorded, another] = logOf([{}, { time: '2026-12-01T00:00:00.000Z' }])
    const [day, next] = fold(logOf([{}, { time: '2026-12-01T00:00:00.000Z' }]))
    if (recorded === undefined || another === undefined || day === undefined || next === undefined)
      throw new Error('nothing folded')
    const unreadable = (event: RecordedEvent, storedType = 'ImportRejected'): RecordedEvent => ({
      ...event,
      event: { type: 'Unreadable', storedType, reason: 'damaged', problem: '' },
    })
    const shows = (document: RefusalDay, event: RecordedEvent) =>
      refusalsProjection.mayShow(document, event, undefined)
    expect(shows(day, unreadable(recorded))).toBe(true)
    expect(shows(day, unreadable(another))).toBe(false)
    expect(shows(next, unreadable(recorded))).toBe(true)
    expect(shows(next, unreadable(recorded, 'ProfileUpdated'))).toBe(false)
    expect(shows(next, { ...unreadable(recorded), stream: 'profiles-1.7' })).toBe(false)
    expect(shows(day, recorded)).toBe(false)
  })
})

const arbitraryRefused: fc.Arbitrary<Refused> = fc.record({
  database: fc.constantFrom(undefined, aDatabase(1, 1), aDatabase(1, 2)),
  reason: fc.constantFrom<Reason>(unknownField('a'), unknownField('b'), { tag: 'NotJson' }),
  app_id: fc.constantFrom(undefined, 'crm', 'shop'),
  time: fc
    .integer({ min: 0, max: 3 })
    .map((hours) => new Date(Date.UTC(2026, 10, 30, 22 + hours)).toISOString()),
})

test('any batches, even if partially written and applied again, give the same documents', () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryRefused, { maxLength: 40 }),
      fc.array(fc.record({ size: fc.integer({ min: 1, max: 10 }), written: fc.option(fc.nat({ max: 3 })) })),
      (refused, batches) => {
        const events = logOf(refused)
        const stored = new Map<string, RefusalDay>()
        let checkpoint = 0
        for (const { size, written } of [...batches, { size: 40, written: null }]) {
          const batch = events.slice(checkpoint, checkpoint + size)
          const present = (refusalsProjection.reads?.(batch) ?? []).flatMap(
            (ref) => stored.get(idOfRefusals(ref)) ?? [],
          )
          const documents = refusalsProjection.fold(present, batch)
          // As if a process died between its documents and its checkpoint.
          for (const document of documents.slice(0, written ?? documents.length))
            stored.set(refusalsProjection.idOf(document), document)
          if (written === null) checkpoint += size
        }
        const byId = (documents: Iterable<RefusalDay>) =>
          [...documents].sort((a, b) => (idOfRefusals(a) < idOfRefusals(b) ? -1 : 1))
        expect(byId(stored.values())).toEqual(byId(fold(events)))
        for (const { event, ...place } of events) {
          const id = refusalsProjection.idOfEvent({ event, ...place }) ?? ''
          expect(stored.has(id)).toBe(true)
        }
      },
    ),
    { numRuns: 500 },
  )
})
