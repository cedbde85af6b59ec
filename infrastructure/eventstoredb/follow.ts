import { setImmediate as nextTurn } from 'node:timers/promises'
import { type AllStreamRecordedEvent, streamNameFilter } from '@eventstore/db-client'
import type { Clock } from '../../application/ports/clock.ts'
import { comparePositions, type Position } from '../../application/ports/position.ts'
import type { ConnectedClient, Connection } from './connection.ts'
import { type GatheringTime, gatheringFor, nothingGathers } from './gathering-time.ts'
import { fromPosition } from './position.ts'
import { PulledSubscription } from './pulled-subscription.ts'
import type { StreamNames } from './stream-names.ts'
import { troubleOf } from './trouble.ts'
import { within } from './within.ts'

/** What is made of an event that is ours. */
export interface Form<A> {
  readonly of: (stream: string, event: AllStreamRecordedEvent) => A
  /** About half of the bytes that it takes. */
  readonly sizeOf: (item: A) => number
}

const batchLimits = { events: 1024, size: 2 * 1024 * 1024 }
/** Events that the client holds ready, twice: on its way in and on its way out. */
const buffered = 128
/** Events of others that the server passes over before it gives a sign of life. */
const searchWindow = 512
/** Milliseconds that a batch of the past may take to grow: the client hands over a few events at a time. */
const growing = 5
/** Milliseconds without any sign of life while there must be something: an event, a checkpoint, the end of the past. */
const silence = 30_000

/**
 * Batches of our events after a position, by a subscription with a filter on the server. Stops at the end of what was
 * there when the server got to it, or waits. @throws Error when the subscription is lost, whatever the reason: the client
 * does not subscribe again
 */
export async function* follow<A extends { readonly position: Position }>(
  connection: Connection,
  names: StreamNames,
  form: Form<A>,
  after: Position,
  signal: AbortSignal,
  atEnd: 'stop' | 'wait',
  gathering = 0,
): AsyncGenerator<ReadonlyArray<A>> {
  if (signal.aborted) return
  const { clock, current: connected } = connection
  const subscription = subscribe(connected, names, after)
  signal.addEventListener('abort', subscription.ring)
  let last = after
  let gatheringTime = nothingGathers
  try {
    while (!signal.aborted) {
      // Asked for before the events are taken, so that none can slip in between.
      const { caughtUp, signs } = subscription
      const batch = await nextBatch(subscription, clock, names, form, last, gatheringTime)
      const end = batch.at(-1)
      if (end !== undefined) {
        last = end.position
        yield batch
        gatheringTime = gathering === 0 ? nothingGathers : gatheringFor(clock, gathering, signal)
      } else if (!caughtUp) await within(clock, silence, subscription.wait(signs))
      else if (atEnd === 'wait') await subscription.wait(signs)
      else return
    }
  } catch (error) {
    connection.failed(connected, error)
    throw troubleOf(error)
  } finally {
    signal.removeEventListener('abort', subscription.ring)
    subscription.close()
  }
}

const subscribe = (
  { client, lost }: ConnectedClient,
  names: StreamNames,
  after: Position,
): PulledSubscription => {
  const stream = client.subscribeToAll(
    {
      fromPosition: fromPosition(after),
      filter: streamNameFilter({
        prefixes: names.filter,
        maxSearchWindow: searchWindow,
        // Its position is of no use (the last event's is), and were it to throw, the stream would stall without a word.
        checkpointReached: () => subscription.ring(),
      }),
      requiresLeader: true,
    },
    { highWaterMark: buffered },
  )
  const subscription = new PulledSubscription(stream, lost)
  return subscription
}

/** What is there, at most a batch; it may be nothing. */
const nextBatch = async <A extends { readonly position: Position }>(
  subscription: PulledSubscription,
  clock: Clock,
  names: StreamNames,
  form: Form<A>,
  after: Position,
  gatheringTime: GatheringTime,
): Promise<ReadonlyArray<A>> => {
  const batch: Array<A> = []
  let size = 0
  for (let before = -1; before < batch.length || (batch.length > 0 && !gatheringTime.over); ) {
    const { signs } = subscription
    if (batch.length > 0) await moreIn(subscription, clock, signs, gatheringTime)
    before = batch.length
    for (;;) {
      if (batch.length === batchLimits.events || size > batchLimits.size) return batch
      const event = subscription.take()
      if (event === undefined) break
      const stream = names.own(event.streamId)
      if (stream === undefined) continue
      const item = form.of(stream, event)
      // A server may give an event a second time where it turns from the past to the present.
      if (comparePositions(item.position, batch.at(-1)?.position ?? after) <= 0) continue
      batch.push(item)
      size += form.sizeOf(item)
    }
  }
  return batch
}

/**
 * Waits for what may still gather. Then, of the past there is more, so it is waited for; of the present only what the
 * client has already received.
 */
const moreIn = async (
  subscription: PulledSubscription,
  clock: Clock,
  signs: number,
  gatheringTime: GatheringTime,
): Promise<void> => {
  if (!gatheringTime.over) return Promise.race([subscription.wait(signs), gatheringTime.end])
  if (subscription.caughtUp) return nextTurn()
  const waited = new AbortController()
  await Promise.race([subscription.wait(signs), clock.sleep(growing, waited.signal)])
  waited.abort('done')
}
