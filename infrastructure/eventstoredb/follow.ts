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

/** Converts an event of ours. */
export interface Form<A> {
  readonly of: (stream: string, event: AllStreamRecordedEvent) => A
  /** About half of the bytes that it occupies. */
  readonly sizeOf: (item: A) => number
}

const batchLimits = { events: 1024, size: 2 * 1024 * 1024 }
/** Events that the client buffers, twice: incoming and outgoing. */
const buffered = 128
/** Events of others that the server skips before it gives a sign of life. */
const searchWindow = 512
/** Milliseconds that a batch of past events may take to grow: the client delivers a few events at a time. */
const growing = 5
/** Milliseconds without any sign of life when there must be something: an event, a checkpoint, or having caught up. */
const silence = 30_000

/**
 * Batches of our events after a position, through a subscription filtered on the server. Stops when it has caught up,
 * or waits for more.
 * @throws Error if the subscription is lost, for any reason: the client does not subscribe again
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
      // Requested before the events are taken, so that none is missed in between.
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
    throw troubleOf(error, 'read $all')
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
        // Its position is not used (that of the last event is), and if it threw, the stream would silently stall.
        checkpointReached: () => subscription.ring(),
      }),
      requiresLeader: true,
    },
    { highWaterMark: buffered },
  )
  const subscription = new PulledSubscription(stream, lost)
  return subscription
}

/** The available events, at most a batch; possibly none. */
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
      // A server may deliver an event twice when it catches up.
      if (comparePositions(item.position, batch.at(-1)?.position ?? after) <= 0) continue
      batch.push(item)
      size += form.sizeOf(item)
    }
  }
  return batch
}

/**
 * Waits while events may still gather. If the subscription has not caught up, there are more, so it waits for them;
 * otherwise it takes only what the client has already received.
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
