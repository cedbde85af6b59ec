import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { beginning } from '../../../application/ports/position.ts'
import { aDatabase, creations, importRejected, toAppend } from '../../support/builders/event-builders.ts'
import { appending, aServer, hastyClock, idsOf, opened, taking } from '../../support/eventstoredb/opened.ts'
import { refusals } from '../../support/eventstoredb/stand-in/refusals.ts'
import { until } from '../../support/until.ts'

const stream = 'profiles-1.7'
const never = new AbortController().signal

/** A promise that a test resolves at the right moment. */
const later = () => {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

describe('an unanswered append is Unknown, and never treated as appended', () => {
  test.each([true, false])(
    'when the connection breaks (applied: %s), and the next append goes through',
    async (applied) => {
      const server = await aServer()
      const store = opened(server.url)
      server.faults.appends.push({ tag: 'Cut', applied })
      expect(await appending(store, stream, -1, creations(0, 3))).toMatchObject({ tag: 'Unknown' })
      const found = await store.readStream(stream, 0, 10)
      expect(found).toHaveLength(applied ? 3 : 0)
      const next = await appending(store, stream, found.length - 1, creations(3, 2))
      expect(next).toEqual({ tag: 'Appended', stream, position: await store.end() })
    },
  )

  test('when the connection breaks with many appends under way: each has its own outcome', async () => {
    const server = await aServer()
    const store = opened(server.url)
    await appending(store, stream, -1, creations(0, 1))
    const body = 'x'.repeat(2000)
    const message = { encoding: 'utf8', body, bytes: 2000, sha256: '00' } as const
    const large = (n: number) =>
      Array.from({ length: 120 }, (_, i) => toAppend(importRejected(n * 1000 + i, undefined, { message })))
    // When the connection breaks, the others are still writing and waiting for room.
    server.faults.appends.push({ tag: 'Cut', applied: true })
    const appends = Array.from({ length: 20 }, (_, n) => ({
      stream: `profiles-2.${n + 1}`,
      expectedRevision: -1,
      events: large(n + 1),
    }))
    const results = await store.append(appends)
    for (const [n, { tag }] of results.entries()) {
      const written = (await store.readStream(`profiles-2.${n + 1}`, 0, 1)).length > 0
      if (tag === 'Appended') expect(written).toBe(true)
      else expect(tag).toBe('Unknown')
    }
    expect(results.map(({ tag }) => tag)).toContain('Unknown')
    expect(await appending(store, stream, 0, creations(1, 1))).toMatchObject({ tag: 'Appended' })
  })

  test('when the answer is lost: within our own time limit, with a new client', async () => {
    const server = await aServer()
    const store = opened(server.url, hastyClock)
    server.faults.appends.push({ tag: 'Unanswered' })
    expect(await appending(store, stream, -1, creations(0, 1))).toMatchObject({
      tag: 'Unknown',
      cause: { message: 'EventStoreDB: no answer within 12 s', kind: 'away' },
    })
    expect(await appending(store, stream, -1, creations(1, 1))).toEqual({ tag: 'Conflict', stream })
    expect(await appending(store, stream, 0, creations(1, 1))).toMatchObject({ tag: 'Appended' })
  })

  test.each(['AnsweredLate', 'AppliedLate'] as const)(
    'when it is %s: what comes then changes nothing',
    async (tag) => {
      const server = await aServer()
      const store = opened(server.url, hastyClock)
      await appending(store, stream, -1, creations(0, 1))
      const time = later()
      server.faults.appends.push({ tag, until: time.promise })
      expect(await appending(store, stream, 0, creations(1, 1))).toMatchObject({ tag: 'Unknown' })
      const before = await appending(store, 'profiles-1.8', -1, creations(5, 1, aDatabase(1, 8)))
      time.resolve()
      await until(async () => (await store.readStream(stream, 0, 10)).length === 2)
      const after = await appending(store, 'profiles-1.8', 0, creations(6, 1, aDatabase(1, 8)))
      expect([before.tag, after.tag]).toEqual(['Appended', 'Appended'])
    },
  )

  test('when a late append meets one that was decided again: exactly one of them is written', async () => {
    const server = await aServer()
    const store = opened(server.url, hastyClock)
    const time = later()
    server.faults.appends.push({ tag: 'AppliedLate', until: time.promise })
    expect(await appending(store, stream, -1, creations(0, 2))).toMatchObject({ tag: 'Unknown' })
    expect(await appending(store, stream, -1, creations(10, 2))).toMatchObject({ tag: 'Appended' })
    time.resolve()
    await appending(store, 'profiles-1.8', -1, creations(5, 1, aDatabase(1, 8)))
    expect(idsOf(await store.readStream(stream, 0, 10))).toEqual(idsOf(creations(10, 2)))
  })

  test('while there is no server, until there is one', async () => {
    const server = await aServer()
    const store = opened(server.url)
    server.down = true
    expect(await appending(store, stream, -1, creations(0, 1))).toMatchObject({ tag: 'Unknown' })
    await expect(store.end()).rejects.toThrow(/^EventStoreDB: /)
    server.down = false
    await until(async () => (await appending(store, stream, -1, creations(0, 1))).tag === 'Appended')
  })

  test('when the server fails internally: with a new client', async () => {
    const server = await aServer()
    const store = opened(server.url)
    const subscription = store.subscribe(beginning, never)[Symbol.asyncIterator]()
    const waiting = subscription.next()
    server.faults.appends.push({ tag: 'Refused', refusal: refusals.internal('broken') })
    expect(await appending(store, stream, -1, creations(0, 1))).toMatchObject({
      tag: 'Unknown',
      cause: { message: 'EventStoreDB: 13 INTERNAL: broken', kind: 'away' },
    })
    await expect(waiting).rejects.toThrow('EventStoreDB: the connection was given up')
    expect(await appending(store, stream, -1, creations(0, 1))).toMatchObject({ tag: 'Appended' })
  })
})

test('an append whose answer cannot be read is Unknown, and found by reading', async () => {
  const server = await aServer()
  const store = opened(server.url)
  server.faults.appends.push({ tag: 'AnsweredUnreadably' })
  expect(await appending(store, stream, -1, creations(0, 2))).toMatchObject({ tag: 'Unknown' })
  expect(idsOf(await store.readStream(stream, 0, 10))).toEqual(idsOf(creations(0, 2)))
})

test('a server that compresses its answers is like any other', async () => {
  const server = await aServer()
  server.compresses = true
  const store = opened(server.url)
  const appended = await appending(store, stream, -1, creations(0, 2))
  expect(appended).toEqual({ tag: 'Appended', stream, position: await store.end() })
  expect(idsOf(await taking(store.subscribe(beginning, never), 2))).toEqual(idsOf(creations(0, 2)))
  expect(await store.writeCheckpoint('replies-q', undefined, beginning)).toBe(true)
})

test('an append that the user may not make names the stream', async () => {
  const server = await aServer()
  server.denied.add(`append to ${stream}`)
  expect(await appending(opened(server.url), stream, -1, creations(0, 1))).toMatchObject({
    tag: 'Unknown',
    cause: {
      message: expect.stringContaining(`may not append to ${stream} (7 PERMISSION`),
      kind: 'refusing',
    },
  })
})

// The stand-in does not offer it, so every other test here shows that no append uses it.
test('an unmodified client would append through the batch stream', async () => {
  const server = await aServer()
  const client = EventStoreDBClient.connectionString(server.url)
  onTestFinished(() => client.dispose())
  const event = jsonEvent({ type: 'any', data: {} })
  await expect(client.appendToStream(stream, event)).rejects.toThrow(/12 UNIMPLEMENTED/)
})

describe('an append that the server has already', () => {
  test('is Appended, at its existing position', async () => {
    const store = opened((await aServer()).url)
    const first = await appending(store, stream, -1, creations(0, 3))
    await appending(store, stream, 2, creations(3, 1))
    expect(await appending(store, stream, -1, creations(0, 3))).toEqual(first)
    expect(await store.readStream(stream, 0, 10)).toHaveLength(4)
  })

  test('is written again at the next revision: the caller must prevent that', async () => {
    const store = opened((await aServer()).url)
    await appending(store, stream, -1, creations(0, 1))
    expect(await appending(store, stream, 0, creations(0, 1))).toMatchObject({ tag: 'Appended' })
  })
})

describe('an append that the server refuses for good is a defect', () => {
  test('when it is larger than the server accepts', async () => {
    const store = opened((await aServer()).url)
    const body = 'x'.repeat(600_000)
    const message = { encoding: 'utf8', body, bytes: body.length, sha256: '00' } as const
    const events = [0, 1].map((n) => toAppend(importRejected(n, undefined, { message })))
    await expect(appending(store, stream, -1, events)).rejects.toThrow(
      'an append of 2 events to profiles-1.7 is larger than the server accepts',
    )
    expect(await taking(store.read(beginning, never))).toEqual([])
  })

  test('when the id of an event is not a UUID', async () => {
    const store = opened((await aServer()).url)
    const [event] = creations(0, 1)
    if (event === undefined) throw new Error('no event')
    await expect(appending(store, stream, -1, [{ ...event, eventId: 'mine' }])).rejects.toThrow(
      /refused an append/,
    )
  })
})
