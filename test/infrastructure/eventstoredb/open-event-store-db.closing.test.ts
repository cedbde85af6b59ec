import { describe, expect, test } from 'vitest'
import type { RecordedEvent } from '../../../application/ports/event-store.ts'
import { beginning } from '../../../application/ports/position.ts'
import { openEventStoreDb } from '../../../infrastructure/eventstoredb/open-event-store-db.ts'
import { creations } from '../../support/builders/event-builders.ts'
import { appending, aServer, opened, timelessClock } from '../../support/eventstoredb/opened.ts'
import type { StandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'
import { until } from '../../support/until.ts'

const stream = 'profiles-1.7'
const never = new AbortController().signal
const givenUp = 'EventStoreDB: the connection was given up'
/** Far more than the time for which these gather. */
const gathering = 600_000

type Batches = AsyncIterator<ReadonlyArray<RecordedEvent>>

/**
 * Fails even if the machine stalls for longer than the client allows for an append: a subscription would wait forever
 * for missing events.
 */
const fill = async (server: StandIn, count: number) => {
  const store = opened(server.url)
  const events = creations(0, count)
  await until(async () => (await appending(store, stream, -1, events)).tag === 'Appended')
}

/** A store whose time limits never expire: whatever settles was told to. */
const aStore = async (events: number) => {
  const server = await aServer()
  if (events > 0) await fill(server, events)
  return { server, ...openEventStoreDb(server.url, { clock: timelessClock }) }
}

interface Instant {
  readonly events: number
  readonly arrange?: (server: StandIn) => void
  /** Brings a subscription to that state. Returns the last unanswered call, if any. */
  readonly reach: (batches: Batches, server: StandIn) => Promise<{ readonly waiting?: Promise<unknown> }>
}

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

const instants: Readonly<Record<string, Instant>> = {
  'before it is asked for anything': { events: 5, reach: async () => ({}) },
  'in the turn in which it is asked': { events: 5, reach: async (batches) => ({ waiting: batches.next() }) },
  ...Object.fromEntries(
    [1, 2, 4, 8, 16].map((count): [string, Instant] => [
      `while it connects, after ${count} turns`,
      {
        events: 0,
        reach: async (batches) => {
          const waiting = batches.next()
          await turns(count)
          return { waiting }
        },
      },
    ]),
  ),
  'between the confirmation and the first event': {
    events: 5,
    arrange: (server) => server.faults.subscriptions.push({ events: 0, refusal: 'silence' }),
    reach: async (batches, server) => {
      const waiting = batches.next()
      await until(() => server.faults.subscriptions.length === 0)
      await turns(20)
      return { waiting }
    },
  },
  'in the midst of the past': {
    events: 1000,
    reach: async (batches) => {
      await batches.next()
      return {}
    },
  },
  'while it waits for the present': {
    events: 0,
    reach: async (batches, server) => {
      const waiting = batches.next()
      await fill(server, 1)
      await waiting
      return { waiting: batches.next() }
    },
  },
  'while events gather': {
    events: 5,
    reach: async (batches) => {
      await batches.next()
      const waiting = batches.next()
      await turns(20)
      return { waiting }
    },
  },
  'after the server has ended it': {
    events: 300,
    arrange: (server) => server.faults.subscriptions.push({ events: 270, refusal: 'ended' }),
    reach: async (batches) => {
      for (;;) {
        const ended = await batches.next().catch(() => undefined)
        if (ended === undefined) return {}
      }
    },
  },
}

describe('a subscription settles, and so does the close', () => {
  test.each(Object.entries(instants))('aborted %s', async (_, { events, arrange, reach }) => {
    const { server, eventStore, close } = await aStore(events)
    arrange?.(server)
    const stop = new AbortController()
    const batches = eventStore.subscribe(beginning, stop.signal, gathering)[Symbol.asyncIterator]()
    const { waiting } = await reach(batches, server)
    stop.abort()
    await waiting
    expect(await batches.next()).toEqual({ done: true, value: undefined })
    await close()
  })

  test.each(Object.entries(instants))('closed %s', async (_, { events, arrange, reach }) => {
    const { server, eventStore, close } = await aStore(events)
    arrange?.(server)
    const batches = eventStore.subscribe(beginning, never, gathering)[Symbol.asyncIterator]()
    const { waiting } = await reach(batches, server)
    const lost = waiting === undefined ? undefined : expect(waiting).rejects.toThrow(givenUp)
    await close()
    await lost
    // What is buffered may still be delivered.
    await batches.next().catch(() => {})
  })
})

describe('pending calls end when the store is closed', () => {
  test('a read', async () => {
    const { server, eventStore, close } = await aStore(5)
    server.faults.reads.push('silence', 'silence', 'silence')
    const waiting = [
      eventStore.end(),
      eventStore.readStream(stream, 0, 5),
      eventStore.readCheckpoint('replies'),
    ]
    const all = Promise.allSettled(waiting)
    await until(() => server.faults.reads.length === 0)
    await close()
    const reason = { message: givenUp, store: 'event store', kind: 'away' }
    expect(await all).toMatchObject(waiting.map(() => ({ status: 'rejected', reason })))
  })

  test('an append, with an unknown outcome', async () => {
    const { server, eventStore, close } = await aStore(0)
    server.faults.appends.push({ tag: 'Unanswered' })
    const waiting = appending(eventStore, stream, -1, creations(0, 1))
    await until(() => server.log.stream(stream).length === 1)
    await close()
    expect(await waiting).toMatchObject({ tag: 'Unknown', cause: { message: givenUp } })
  })

  test('and later calls', async () => {
    const { eventStore, close } = await aStore(1)
    await close()
    await expect(eventStore.end()).rejects.toThrow('the event store is closed')
    await expect(eventStore.subscribe(beginning, never)[Symbol.asyncIterator]().next()).rejects.toThrow(
      'the event store is closed',
    )
    await close()
  })
})
