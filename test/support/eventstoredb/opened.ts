import { onTestFinished } from 'vitest'
import type { Clock } from '../../../application/ports/clock.ts'
import type { EventStore, NewEvent, RecordedEvent } from '../../../application/ports/event-store.ts'
import { openEventStoreDb } from '../../../infrastructure/eventstoredb/open-event-store-db.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { type StandIn, type StandInOptions, startStandIn } from './stand-in/stand-in.ts'

/** A stand-in for one test. */
export const aServer = async (options?: StandInOptions): Promise<StandIn> => {
  const server = await startStandIn(options)
  onTestFinished(() => server.close())
  return server
}

/** An adapter on it, until the test ends. */
export const opened = (url: string, clock: Clock = systemClock): EventStore => {
  const { eventStore, close } = openEventStoreDb(url, { clock })
  onTestFinished(close)
  return eventStore
}

/** Sleeps a tenth of the requested time: the adapter's time limits expire soon, the client's own do not. */
export const hastyClock: Clock = {
  now: systemClock.now,
  elapsed: systemClock.elapsed,
  turn: () => systemClock.turn(),
  sleep: (ms, signal) => systemClock.sleep(ms / 10, signal),
}

/** Sleeps until it is woken: no time limit ever expires. */
export const timelessClock: Clock = {
  now: systemClock.now,
  elapsed: systemClock.elapsed,
  turn: () => systemClock.turn(),
  sleep: (_, signal) => systemClock.sleep(2 ** 31 - 1, signal),
}

/** One append, and its result. */
export const appending = async (
  store: EventStore,
  stream: string,
  expectedRevision: number,
  events: ReadonlyArray<NewEvent>,
) => {
  const [result] = await store.append([{ stream, expectedRevision, events }])
  if (result === undefined) throw new Error('an append without a result')
  return result
}

/** The first events of a subscription or a read. */
export const taking = async (
  batches: AsyncIterable<ReadonlyArray<RecordedEvent>>,
  count = Number.POSITIVE_INFINITY,
): Promise<ReadonlyArray<RecordedEvent>> => {
  const events: Array<RecordedEvent> = []
  for await (const batch of batches) {
    events.push(...batch)
    if (events.length >= count) break
  }
  return events
}

export const idsOf = (events: ReadonlyArray<{ readonly eventId: string }>) =>
  events.map(({ eventId }) => eventId)
