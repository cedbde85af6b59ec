import { describe, expect, test } from 'vitest'
import type { EventStore, RecordedEvent } from '../../../application/ports/event-store.ts'
import { beginning, type Position } from '../../../application/ports/position.ts'
import { aTime, creations, importRejected, toAppend } from '../../support/builders/event-builders.ts'
import { appending, aServer, hastyClock, idsOf, opened, taking } from '../../support/eventstoredb/opened.ts'
import { refusals } from '../../support/eventstoredb/stand-in/refusals.ts'
import { until } from '../../support/until.ts'

const stream = 'profiles-1.7'
const never = new AbortController().signal

/** Subscribes again from its own checkpoint after every loss, as the runner does, until it has all events. */
const persisting = async (store: EventStore, count: number) => {
  const events: Array<RecordedEvent> = []
  const losses: Array<unknown> = []
  while (events.length < count) {
    const from: Position = events.at(-1)?.position ?? beginning
    try {
      for await (const batch of store.subscribe(from, never)) {
        events.push(...batch)
        if (events.length >= count) break
      }
    } catch (error) {
      losses.push(error)
    }
  }
  return { events, losses }
}

describe('a lost subscription throws, and resumes after the last event that it delivered', () => {
  test.each([
    ['an error', refusals.unavailable('dropped'), 'EventStoreDB: 14 UNAVAILABLE: dropped'],
    ['an end', 'ended' as const, 'EventStoreDB: the server ended the subscription'],
  ])('by %s', async (_, refusal, text) => {
    const server = await aServer()
    const store = opened(server.url)
    await appending(store, stream, -1, creations(0, 50))
    server.faults.subscriptions.push({ events: 20, refusal }, { events: 0, refusal })
    const { events, losses } = await persisting(store, 50)
    expect(idsOf(events)).toEqual(idsOf(creations(0, 50)))
    const loss = { message: text, store: 'event store', kind: 'away' }
    expect(losses).toMatchObject([loss, loss])
  })

  test('by the network, again and again, while others append', async () => {
    const server = await aServer()
    const [store, other] = [opened(server.url), opened(server.url)]
    const all = persisting(store, 300)
    for (let revision = -1, cuts = 0; revision < 299; ) {
      if (revision >= cuts * 50) {
        server.cut()
        cuts++
      }
      await appending(other, stream, revision, creations(revision + 1, 10))
      const stored = await other.readStream(stream, 0, 1000).catch(() => undefined)
      revision = stored?.at(-1)?.revision ?? revision
      server.log.writeSystemEvent()
    }
    const { events } = await all
    expect(idsOf(events)).toEqual(idsOf(creations(0, 300)))
  })

  test('by the end of the client, with an error', async () => {
    const { openEventStoreDb } = await import('../../../infrastructure/eventstoredb/open-event-store-db.ts')
    const { eventStore, close } = openEventStoreDb((await aServer()).url, { clock: hastyClock })
    const waiting = eventStore.subscribe(beginning, never)[Symbol.asyncIterator]().next()
    await eventStore.end()
    await close()
    await expect(waiting).rejects.toThrow('EventStoreDB: the connection was given up')
    await expect(eventStore.end()).rejects.toThrow('the event store is closed')
  })
})

describe('what a server does', () => {
  test('a user who may not read $all is told so', async () => {
    const server = await aServer()
    server.denied.add('read $all')
    const error = {
      kind: 'refusing',
      message: expect.stringContaining('the user of EVENTSTORE_URL may not read $all (7 PERMISSION_DENIED'),
    }
    const store = opened(server.url)
    await expect(taking(store.subscribe(beginning, never))).rejects.toMatchObject(error)
    await expect(store.end()).rejects.toMatchObject(error)
  })

  test('an event that is repeated when the subscription catches up is delivered once', async () => {
    const server = await aServer()
    const store = opened(server.url)
    await appending(store, stream, -1, creations(0, 5))
    server.faults.subscriptions.push({ events: 5, refusal: 'last event again' })
    const six = taking(store.subscribe(beginning, never), 6)
    await appending(store, stream, 4, creations(5, 1))
    expect(idsOf(await six)).toEqual(idsOf(creations(0, 6)))
  })

  test('a server that is silent before the subscription has caught up is lost', async () => {
    const server = await aServer()
    const store = opened(server.url, hastyClock)
    await appending(store, stream, -1, creations(0, 5))
    server.faults.subscriptions.push({ events: 3, refusal: 'silence' })
    await expect(taking(store.read(beginning, never))).rejects.toThrow('EventStoreDB: no answer within 30 s')
    expect(await taking(store.read(beginning, never))).toHaveLength(5)
  })

  test('catching up is reported before the client has delivered its buffer: nothing is missed', async () => {
    const server = await aServer()
    const store = opened(server.url)
    await appending(store, stream, -1, creations(0, 100))
    const reading = store.read(beginning, never)[Symbol.asyncIterator]()
    const first = await reading.next()
    // By now everything has been sent, including the end of the past.
    await until(async () => (await store.end()) !== beginning)
    const rest = await taking({ [Symbol.asyncIterator]: () => reading })
    expect(idsOf([...first.value, ...rest])).toEqual(idsOf(creations(0, 100)))
  })

  test('only our streams are delivered, even if others have similar names', async () => {
    const server = await aServer()
    const store = opened(server.url)
    const foreign = { ...proposed('ProfileCreated'), data: Buffer.from('{}'), metadata: Buffer.from('{}') }
    for (const name of ['rejectedImports-2', 'profile-1.7.x', '$$profiles-1.7', 'others']) {
      server.log.append(name, 'any', [foreign])
    }
    await appending(store, 'rejectedImports', -1, [toAppend(importRejected(1))])
    expect((await taking(store.read(beginning, never))).map((event) => event.stream)).toEqual([
      'rejectedImports',
    ])
  })
})

const proposed = (type: string) => ({
  id: '00000000-0000-4000-8000-000000000001',
  type,
  contentType: 'application/json',
})

describe('a consumer that is slow', () => {
  test('throttles the server: it fetches what fits its buffers, and loses nothing', async () => {
    const server = await aServer()
    const store = opened(server.url)
    const body = 'x'.repeat(20_000)
    const message = { encoding: 'utf8', body } as const
    for (let i = 0; i < 60; i++) {
      const events = Array.from({ length: 20 }, (_, k) =>
        toAppend(importRejected(i * 20 + k, undefined, { message })),
      )
      await appending(store, stream, i * 20 - 1, events)
    }
    const subscription = store.subscribe(beginning, never)[Symbol.asyncIterator]()
    const first: ReadonlyArray<RecordedEvent> = (await subscription.next()).value ?? []
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(server.sent).toBeLessThan(900)
    const events = [...first]
    while (events.length < 1200) {
      const batch: ReadonlyArray<RecordedEvent> = (await subscription.next()).value ?? []
      expect(batch.length).toBeLessThanOrEqual(1024)
      events.push(...batch)
    }
    expect(events.map(({ revision }) => revision)).toEqual(Array.from({ length: 1200 }, (_, i) => i))
    await subscription.return?.()
  })
})

describe('an event that cannot be read is Unreadable, and the others are delivered', () => {
  test('redacted, not JSON, or not an object', async () => {
    const server = await aServer()
    const store = opened(server.url)
    await appending(store, stream, -1, creations(0, 3))
    server.log.redact(stream, 1)
    const bodies = ['not JSON', '"a text"', '[1]'].map((text) => ({
      ...proposed('ProfileCreated'),
      data: Buffer.from(text),
      metadata: Buffer.from('{}'),
    }))
    server.log.append(stream, 2, bodies)
    server.log.append(stream, 5, [
      {
        ...proposed('ProfileCreated'),
        contentType: 'application/octet-stream',
        data: Buffer.from([1, 2]),
        metadata: Buffer.from([3]),
      },
    ])
    const unreadable = {
      type: 'Unreadable',
      storedType: 'ProfileCreated',
      reason: 'damaged',
      problem: 'data: not JSON',
    }
    const events = (await taking(store.read(beginning, never))).map(({ event }) => event)
    expect(events.map(({ type }) => type).filter((type) => type !== 'Unreadable')).toHaveLength(2)
    // When the data is redacted, all three parts are gone.
    expect(events[1]).toEqual(unreadable)
    expect(events.slice(3)).toEqual(Array.from({ length: 4 }, () => unreadable))
  })

  test('of version 1, redacted, still has its context, which is in the metadata', async () => {
    const server = await aServer()
    const store = opened(server.url)
    const { id, ...event } = proposed('ProfileCreated')
    const metadata = {
      ...{ schema_version: 1, import_id: id, time: aTime(), source: { kind: 'queue', queue: 'q' } },
      ...{ properties: {}, message: { encoding: 'utf8', body: '{}', bytes: 2, sha256: '00' } },
      ...{ feedback_id: 'f', matching: 'email', skip_triggers: false, $correlationId: id, $causationId: id },
    }
    const bodies = { data: Buffer.from('{}'), metadata: Buffer.from(JSON.stringify(metadata)) }
    server.log.append(stream, -1, [{ id, ...event, ...bodies }])
    server.log.redact(stream, 0)
    expect((await taking(store.read(beginning, never))).map(({ event }) => event)).toMatchObject([
      {
        type: 'Unreadable',
        problem: 'data: not JSON',
        context: { public: { import_id: id, recorded_version: 1 }, personal: { feedback_id: 'f' } },
      },
    ])
  })

  test('of a later schema version, or of an unknown type, is distinguished from a damaged one', async () => {
    const server = await aServer()
    const store = opened(server.url)
    const later = Buffer.from(JSON.stringify({ public: { schema_version: 3 }, sealed: {} }))
    server.log.append(stream, -1, [
      { ...proposed('ProfileCreated'), data: later, metadata: Buffer.from('{}') },
      { ...proposed('ProfileErased'), data: Buffer.from('{}'), metadata: Buffer.from('not JSON') },
    ])
    expect((await taking(store.read(beginning, never))).map(({ event }) => event)).toEqual([
      {
        type: 'Unreadable',
        storedType: 'ProfileCreated',
        reason: 'unknown',
        problem: 'schema_version: 3 is unknown',
      },
      { type: 'Unreadable', storedType: 'ProfileErased', reason: 'unknown', problem: 'type: unknown' },
    ])
  })
})
