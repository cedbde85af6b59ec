import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { identifyLog } from '../../application/identify-log.ts'
import {
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  secretBytes,
} from '../../application/ports/event-store.ts'
import { beginning, comparePositions, isPosition, type Position } from '../../application/ports/position.ts'
import type { Database, ImportId } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import { databaseStream } from '../../domain/streams.ts'
import {
  aDatabase,
  anImportId,
  aTime,
  creations,
  importRejected,
  profileCreated,
  toAppend,
} from '../support/builders/event-builders.ts'

export interface EventStoreUnderTest {
  readonly store: EventStore
  /** A second client of the same log, like another process. */
  readonly other: EventStore
  close(): Promise<void>
}

const never = new AbortController().signal

const collect = async (
  batches: AsyncIterable<ReadonlyArray<RecordedEvent>>,
  count = Number.POSITIVE_INFINITY,
) => {
  const events: Array<RecordedEvent> = []
  for await (const batch of batches) {
    expect(batch).not.toHaveLength(0)
    events.push(...batch)
    if (events.length >= count) break
  }
  return events
}

const given = async (
  store: EventStore,
  stream: string,
  expectedRevision: number,
  events: ReadonlyArray<NewEvent>,
) => {
  const [result] = await store.append([{ stream, expectedRevision, events }])
  if (result?.tag !== 'Appended') throw new Error(`the append ended as ${result?.tag}`)
  return result.position
}

const expectInOrder = (events: ReadonlyArray<RecordedEvent>) => {
  for (const [i, event] of events.slice(1).entries()) {
    expect(comparePositions(events[i]?.position ?? beginning, event.position)).toBeLessThan(0)
  }
}

const idsOf = (events: ReadonlyArray<{ readonly eventId: string }>) => events.map(({ eventId }) => eventId)

/** `count` refusals from number `from` on, each of a message of `bytes` bytes. */
const refusals = (from: number, count: number, bytes: number): ReadonlyArray<NewEvent> => {
  const message = { encoding: 'utf8', body: 'x'.repeat(bytes) } as const
  return Array.from({ length: count }, (_, i) => toAppend(importRejected(from + i, undefined, { message })))
}

/** What every event store must do. `makeStore` creates an empty one for every test. */
export const eventStoreContract = (name: string, makeStore: () => Promise<EventStoreUnderTest>): void => {
  describe(`${name} as an EventStore`, () => {
    let made: EventStoreUnderTest
    let store: EventStore
    beforeEach(async () => {
      made = await makeStore()
      store = made.store
    })
    afterEach(() => made.close())

    describe('append', () => {
      test('numbers the events of a stream from 0 and returns the position of the last', async () => {
        const events = creations(0, 3)
        const position = await given(store, 'profiles-1.7', -1, events)
        const recorded = await store.readStream('profiles-1.7', 0, 10)
        expect(recorded.map(({ stream, revision }) => [stream, revision])).toEqual([
          ['profiles-1.7', 0],
          ['profiles-1.7', 1],
          ['profiles-1.7', 2],
        ])
        expect(idsOf(recorded)).toEqual(idsOf(events))
        expect(recorded.map(({ event }) => event)).toEqual(events.map(({ event }) => event))
        expect(recorded.at(-1)?.position).toBe(position)
        expect(recorded.every((event) => isPosition(event.position))).toBe(true)
        expectInOrder(recorded)
      })

      test.each([
        ['that does not exist, when it should', 'profiles-1.8', 0],
        ['that exists, when it should not', 'profiles-1.7', -1],
        ['that has gone on', 'profiles-1.7', 0],
        ['that is not so far yet', 'profiles-1.7', 5],
      ])('writes nothing to a stream %s', async (_, stream, expectedRevision) => {
        await given(store, 'profiles-1.7', -1, creations(0, 2))
        const end = await store.end()
        expect(await store.append([{ stream, expectedRevision, events: creations(5, 2) }])).toEqual([
          { tag: 'Conflict', stream },
        ])
        expect(await store.end()).toBe(end)
        expect(await store.readStream('profiles-1.7', 0, 10)).toHaveLength(2)
        expect(await store.readStream('profiles-1.8', 0, 10)).toHaveLength(0)
      })

      test('gives the first event after a position, of whatever stream, or none', async () => {
        const [first, second] = [creations(0, 1), creations(1, 1)]
        const position = await given(store, 'profiles-1.7', -1, first)
        expect(await store.firstAfter(position)).toBeUndefined()
        await given(store, 'profiles-1.8', -1, [...second, ...creations(2, 1)])
        expect((await store.firstAfter(beginning))?.eventId).toBe(first[0]?.eventId)
        expect((await made.other.firstAfter(position))?.eventId).toBe(second[0]?.eventId)
      })

      test('keeps the appends of a call independent: a conflict of one does not affect the others', async () => {
        await given(store, 'profiles-1.2', -1, creations(0, 1, aDatabase(1, 2)))
        const results = await store.append([
          { stream: 'profiles-1.1', expectedRevision: -1, events: creations(1, 2, aDatabase(1, 1)) },
          { stream: 'profiles-1.2', expectedRevision: -1, events: creations(3, 1, aDatabase(1, 2)) },
          { stream: 'profiles-1.3', expectedRevision: -1, events: creations(4, 1, aDatabase(1, 3)) },
        ])
        expect(results.map(({ tag, stream }) => [tag, stream])).toEqual([
          ['Appended', 'profiles-1.1'],
          ['Conflict', 'profiles-1.2'],
          ['Appended', 'profiles-1.3'],
        ])
        for (const [i, stream] of ['profiles-1.1', 'profiles-1.2', 'profiles-1.3'].entries()) {
          const last = (await store.readStream(stream, 0, 10)).at(-1)
          const result = results[i]
          if (result?.tag === 'Appended') expect(result.position).toBe(last?.position)
        }
        expect(await store.readStream('profiles-1.2', 0, 10)).toHaveLength(1)
      })

      test('lets exactly one of two clients win at the same revision', async () => {
        const outcomes = await Promise.all(
          [store, made.other].map((client, i) =>
            client.append([{ stream: 'profiles-1.7', expectedRevision: -1, events: creations(i * 10, 3) }]),
          ),
        )
        expect(outcomes.map(([result]) => result?.tag).sort()).toEqual(['Appended', 'Conflict'])
        expect(await store.readStream('profiles-1.7', 0, 10)).toHaveLength(3)
      })

      test.each([
        ['is the last of its stream', false],
        ['has been followed by another', true],
      ])('writes nothing when it is repeated and %s', async (_, followed) => {
        const events = creations(0, 3)
        const position = await given(store, 'profiles-1.7', -1, events)
        if (followed) await given(store, 'profiles-1.7', 2, creations(5, 2))
        const end = await store.end()
        const [again] = await made.other.append([{ stream: 'profiles-1.7', expectedRevision: -1, events }])
        const stream = 'profiles-1.7'
        expect([
          { tag: 'Conflict', stream },
          { tag: 'Appended', stream, position },
        ]).toContainEqual(again)
        expect(await store.end()).toBe(end)
      })

      test('accepts large appends', async () => {
        const events = refusals(0, 400, 1000)
        await given(store, 'profiles-1.7', -1, events)
        expect(idsOf(await collect(store.read(beginning, never)))).toEqual(idsOf(events))
      })

      test('returns any JSON unchanged, to the writer and to others', async () => {
        let revision = -1
        await fc.assert(
          fc.asyncProperty(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), async (fields) => {
            const value = JSON.parse(JSON.stringify(fields)) as JsonObject
            const event = profileCreated(1, { changes: [{ field: 'any', action: 'set', value }] })
            const before = await store.end()
            await given(store, 'profiles-1.7', revision++, [toAppend(event)])
            for (const client of [store, made.other]) {
              expect((await collect(client.read(before, never))).map((recorded) => recorded.event)).toEqual([
                event,
              ])
            }
          }),
          { numRuns: 30 },
        )
      })
    })

    describe('readStream', () => {
      test('reads from a revision on, as many as requested', async () => {
        await given(store, 'profiles-1.7', -1, creations(0, 5))
        const revisions = async (from: number, limit: number) =>
          (await store.readStream('profiles-1.7', from, limit)).map(({ revision }) => revision)
        expect(await revisions(1, 2)).toEqual([1, 2])
        expect(await revisions(3, 10)).toEqual([3, 4])
        expect(await revisions(5, 10)).toEqual([])
      })

      test('returns nothing for a missing stream', async () => {
        expect(await store.readStream('profiles-1.9', 0, 10)).toEqual([])
      })
    })

    describe('read', () => {
      test('returns nothing for an empty log, which ends at the beginning', async () => {
        expect(await collect(store.read(beginning, never))).toEqual([])
        expect(await store.end()).toBe(beginning)
      })

      test('returns the events of all streams in one order, after any position, up to the end', async () => {
        for (let i = 0; i < 30; i++) {
          const database = aDatabase(1, (i % 3) + 1)
          const events = creations(i * 50, 50, database)
          await given(store, databaseStream(database), Math.floor(i / 3) * 50 - 1, events)
        }
        for (const client of [store, made.other]) {
          const all = await collect(client.read(beginning, never))
          expect(idsOf(all)).toEqual(idsOf(creations(0, 1500)))
          expectInOrder(all)
          expect(await client.end()).toBe(all.at(-1)?.position)
          for (const i of [0, 49, 700, 1498, 1499]) {
            const rest = await collect(client.read(all[i]?.position ?? beginning, never))
            expect(rest).toEqual(all.slice(i + 1))
          }
        }
      })

      test('includes what is appended while it reads', async () => {
        await given(store, 'profiles-1.7', -1, creations(0, 10))
        const reading = store.read(beginning, never)[Symbol.asyncIterator]()
        await reading.next()
        await given(store, 'profiles-1.7', 9, creations(10, 10))
        const rest = await collect({ [Symbol.asyncIterator]: () => reading })
        expect(idsOf(rest).at(-1)).toBe(idsOf(creations(19, 1))[0])
      })
    })

    describe('subscribe', () => {
      test('delivers existing events, then new ones, from this client and from another', async () => {
        await given(store, 'profiles-1.7', -1, creations(0, 3))
        const subscription = store.subscribe(beginning, never)[Symbol.asyncIterator]()
        const next = async (count: number) => {
          const events: Array<RecordedEvent> = []
          while (events.length < count) events.push(...((await subscription.next()).value ?? []))
          return idsOf(events)
        }
        expect(await next(3)).toEqual(idsOf(creations(0, 3)))
        const awaited = next(2)
        await given(store, 'profiles-1.7', 2, creations(3, 2))
        expect(await awaited).toEqual(idsOf(creations(3, 2)))
        const awaitedFromOther = next(2)
        await given(made.other, 'profiles-1.7', 4, creations(5, 2))
        expect(await awaitedFromOther).toEqual(idsOf(creations(5, 2)))
        await subscription.return?.()
      })

      test('delivers every event once and in order while two clients append', async () => {
        const total = 40 * 7 * 2
        const append = async (client: EventStore, database: Database, base: number) => {
          for (let i = 0; i < 40; i++) {
            await given(client, databaseStream(database), i * 7 - 1, creations(base + i * 7, 7, database))
            await new Promise((resolve) => setImmediate(resolve))
          }
        }
        const subscribers = [store, store, made.other].map((client) =>
          collect(client.subscribe(beginning, never), total),
        )
        await Promise.all([append(store, aDatabase(1, 1), 0), append(made.other, aDatabase(1, 2), 10_000)])
        const log = await collect(store.read(beginning, never))
        expect(log).toHaveLength(total)
        expectInOrder(log)
        for (const events of await Promise.all(subscribers)) expect(events).toEqual(log)
      })

      test('starts after a position', async () => {
        const position = await given(store, 'profiles-1.7', -1, creations(0, 3))
        await given(store, 'profiles-1.7', 2, creations(3, 3))
        expect(idsOf(await collect(store.subscribe(position, never), 3))).toEqual(idsOf(creations(3, 3)))
      })

      test('lets events gather after the first batch, if requested', async () => {
        await given(store, 'profiles-1.7', -1, creations(0, 1))
        const subscription = store.subscribe(beginning, never, 1000)[Symbol.asyncIterator]()
        expect(idsOf((await subscription.next()).value ?? [])).toEqual(idsOf(creations(0, 1)))
        const gathered = subscription.next()
        for (let i = 1; i <= 3; i++) await given(made.other, 'profiles-1.7', i - 1, creations(i, 1))
        expect(idsOf((await gathered).value ?? [])).toEqual(idsOf(creations(1, 3)))
        await subscription.return?.()
      })

      test('does not hold back a full batch to let events gather', async () => {
        for (let i = 0; i < 300; i += 15)
          await given(store, 'rejectedImports', i - 1, refusals(i, 15, 30_000))
        const subscription = store.subscribe(beginning, never, 600_000)[Symbol.asyncIterator]()
        const [one, two] = [await subscription.next(), await subscription.next()]
        const expected = idsOf(await store.readStream('rejectedImports', 0, 300))
        const taken = idsOf([...(one.value ?? []), ...(two.value ?? [])])
        expect(taken).toEqual(expected.slice(0, taken.length))
        await subscription.return?.()
      })

      test('ends when the signal aborts while events gather', async () => {
        await given(store, 'profiles-1.7', -1, creations(0, 1))
        const abort = new AbortController()
        const subscription = store.subscribe(beginning, abort.signal, 600_000)[Symbol.asyncIterator]()
        await subscription.next()
        await given(store, 'profiles-1.7', 0, creations(1, 1))
        const next = subscription.next()
        abort.abort()
        const rest = (await next).value ?? []
        expect(rest.length).toBeLessThanOrEqual(1)
        await expect(subscription.next()).resolves.toMatchObject({ done: true })
      })

      test.each(['before', 'while'])('ends when the signal aborts %s it waits', async (when) => {
        const abort = new AbortController()
        if (when === 'before') abort.abort()
        const subscription = collect(store.subscribe(beginning, abort.signal))
        await store.end()
        abort.abort()
        expect(await subscription).toEqual([])
      })
    })

    describe('checkpoints', () => {
      const [first, second] = ['1' as Position, '2' as Position]

      test('are undefined until they are written, and then the same for every client', async () => {
        expect(await store.readCheckpoint('replies')).toBeUndefined()
        expect(await store.writeCheckpoint('replies', undefined, first)).toBe(true)
        expect(await store.writeCheckpoint('replies', first, second)).toBe(true)
        expect(await store.readCheckpoint('replies')).toBe(second)
        expect(await made.other.readCheckpoint('replies')).toBe(second)
        expect(await store.readCheckpoint('others')).toBeUndefined()
      })

      test('are compared and set', async () => {
        expect(await store.writeCheckpoint('replies', first, second)).toBe(false)
        expect(await store.readCheckpoint('replies')).toBeUndefined()
        await store.writeCheckpoint('replies', undefined, first)
        expect(await store.writeCheckpoint('replies', undefined, second)).toBe(false)
        expect(await made.other.writeCheckpoint('replies', second, second)).toBe(false)
        expect(await store.readCheckpoint('replies')).toBe(first)
      })

      test('can be at the beginning, which differs from none', async () => {
        expect(await store.writeCheckpoint('replies', undefined, beginning)).toBe(true)
        expect(await store.readCheckpoint('replies')).toBe(beginning)
        expect(await store.writeCheckpoint('replies', beginning, first)).toBe(true)
      })

      test('are not events', async () => {
        await store.writeCheckpoint('replies', undefined, first)
        expect(await store.end()).toBe(beginning)
        expect(await collect(store.read(beginning, never))).toEqual([])
      })
    })

    describe('the identity', () => {
      const ids = (log_id: ImportId) => ({ fresh: () => log_id })

      test('is set once, and is the same for every client', async () => {
        const given = await Promise.all(
          [store, made.other].map((client, i) => identifyLog(client, ids(anImportId(i)))),
        )
        expect(given[0]).toMatchObject({ epoch: 1 })
        expect(given[1]).toEqual(given[0])
        for (const client of [store, made.other]) expect(await client.readIdentity()).toEqual(given[0])
      })

      test('is compared and set', async () => {
        const first = await identifyLog(store, ids(anImportId(1)))
        const forks = [{ epoch: 2, after: '7' as Position, time: aTime() }]
        const next = { ...first, epoch: 2, forks }
        expect(await made.other.writeIdentity(undefined, next)).toBe(false)
        expect(await made.other.writeIdentity(next, next)).toBe(false)
        expect(await store.readIdentity()).toEqual(first)
        expect(await made.other.writeIdentity(first, next)).toBe(true)
        expect(await store.writeIdentity(first, first)).toBe(false)
        expect(await store.readIdentity()).toEqual(next)
      })

      test('is not an event, a checkpoint or a secret', async () => {
        await identifyLog(store, ids(anImportId(1)))
        expect(await store.end()).toBe(beginning)
        expect(await collect(store.read(beginning, never))).toEqual([])
        expect(await store.readCheckpoint('log')).toBeUndefined()
        expect(await store.readSecret('log')).toBeUndefined()
      })
    })

    describe('secrets', () => {
      const [one, two] = [
        Uint8Array.from({ length: secretBytes }, (_, i) => 255 - i),
        new Uint8Array(secretBytes).fill(10, 1),
      ]
      const bytesOf = async (client: EventStore, name: string) => {
        const secret = await client.readSecret(name)
        return secret === undefined ? undefined : [...secret]
      }

      test('are undefined until they are written, and then the same for every client', async () => {
        expect(await store.readSecret('key')).toBeUndefined()
        expect(await store.writeSecret('key', undefined, one)).toBe(true)
        for (const client of [store, made.other]) {
          expect(await bytesOf(client, 'key')).toEqual([...one])
          expect(await client.readSecret('other')).toBeUndefined()
        }
      })

      test('are compared and set', async () => {
        expect(await store.writeSecret('key', one, two)).toBe(false)
        expect(await store.readSecret('key')).toBeUndefined()
        await store.writeSecret('key', undefined, one)
        expect(await made.other.writeSecret('key', undefined, two)).toBe(false)
        expect(await made.other.writeSecret('key', two, two)).toBe(false)
        expect(await bytesOf(store, 'key')).toEqual([...one])
        expect(await made.other.writeSecret('key', one, two)).toBe(true)
        expect(await store.writeSecret('key', one, one)).toBe(false)
        expect(await bytesOf(store, 'key')).toEqual([...two])
      })

      test('are one, when two clients create one at once', async () => {
        const clients = [store, made.other]
        const written = await Promise.all(
          clients.map((client, i) =>
            client.writeSecret('key', undefined, new Uint8Array(secretBytes).fill(i)),
          ),
        )
        expect([...written].sort()).toEqual([false, true])
        for (const client of clients)
          expect(await bytesOf(client, 'key')).toEqual(Array(secretBytes).fill(written.indexOf(true)))
      })

      test('are not events or checkpoints', async () => {
        await store.writeSecret('replies', undefined, one)
        expect(await store.end()).toBe(beginning)
        expect(await collect(store.read(beginning, never))).toEqual([])
        expect(await store.readCheckpoint('replies')).toBeUndefined()
      })
    })
  })
}
