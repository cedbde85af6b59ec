import { expect, test } from 'vitest'
import { stoppingAtUnknown, UnknownEvent } from '../../application/known-events.ts'
import type { EventStore, RecordedEvent } from '../../application/ports/event-store.ts'
import { beginning, type Position } from '../../application/ports/position.ts'
import { caughtUp } from '../../application/until-projected.ts'
import { profileCreated } from '../support/builders/event-builders.ts'

const at = (n: number): Position => String(n) as Position
const recorded = (n: number, event: RecordedEvent['event']): RecordedEvent => ({
  position: at(n),
  stream: 'profiles-1.7',
  revision: n - 1,
  eventId: `${n}`,
  event,
})
const ofNewer = recorded(3, {
  type: 'Unreadable',
  storedType: 'ProfileErased',
  reason: 'unknown',
  problem: 'type: unknown',
})
const log = [
  recorded(1, profileCreated(1)),
  recorded(2, profileCreated(2)),
  ofNewer,
  recorded(4, profileCreated(4)),
]

/** A log that only supports reading and its end. */
const eventStore = (passOver: ReadonlyArray<Position> = []): EventStore => {
  const none = () => Promise.reject(new Error('not asked for'))
  const read = async function* (after: Position) {
    yield log.filter(({ position }) => Number(position) > Number(after))
  }
  const store: EventStore = {
    ...{ append: none, readStream: none, firstAfter: none, readCheckpoint: none, writeCheckpoint: none },
    ...{ readSecret: none, writeSecret: none, readIdentity: none, writeIdentity: none },
    limits: undefined,
    end: async () => at(4),
    read,
    subscribe: read,
  }
  return stoppingAtUnknown(store, new Set(passOver))
}

const never = new AbortController().signal

/** A projection in another process, which stops before that event. Waiting takes no time. */
const waiting = (passOver: ReadonlyArray<Position>, stopsAt: number) => {
  let reached = 0
  const clock = {
    now: () => 0,
    elapsed: () => 0,
    turn: async () => {},
    sleep: async () => {
      reached = Math.min(reached + 1, stopsAt)
    },
  }
  const checkpoints = [async () => (reached === 0 ? beginning : at(reached))]
  return caughtUp({ eventStore: eventStore(passOver), checkpoints, clock }, never)
}

test('waiting for the projections of other processes stops when these stop before an unknown event', async () => {
  await expect(waiting([], 2)).rejects.toThrow(UnknownEvent)
})

test('a skipped event does not delay anyone', async () => {
  await waiting([at(3)], 4)
})

test('batches end before an unknown event, after the events before it', async () => {
  const given: Array<Position> = []
  const reading = async () => {
    for await (const batch of eventStore().read(beginning, never))
      given.push(...batch.map(({ position }) => position))
  }
  await expect(reading()).rejects.toThrow('the event at position 3, of type ProfileErased in profiles-1.7')
  expect(given).toEqual([at(1), at(2)])
})
