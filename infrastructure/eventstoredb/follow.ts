import { setImmediate as nextTurn } from 'node:timers/promises'
import { type AllStreamRecordedEvent, streamNameFilter } from '@eventstore/db-client'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import { comparePositions, type Position } from '../../application/ports/position.ts'
import type { ConnectedClient, Connection } from './connection.ts'
import { fromPosition } from './position.ts'
import { PulledSubscription } from './pulled-subscription.ts'
import type { StreamNames } from './stream-names.ts'
import { toRecordedEvent } from './to-recorded-event.ts'
import { errorText } from './trouble.ts'
import { within } from './within.ts'

/** `size`: bytes of the messages that the events hold, about half of what the events take. */
const batchLimits = { events: 1024, size: 2 * 1024 * 1024 }
/** Events that the client holds ready, twice: on its way in and on its way out. */
const buffered = 128
/** Events of others that the server passes over before it gives a sign of life. */
const searchWindow = 512
/** Milliseconds without any sign of life while there must be something: an event, a checkpoint, the end of the past. */
const silence = 30_000

/**
 * Batches of our events after a position, by a subscription with a filter on the server. At the end of what is there it
 * stops or waits. @throws Error when the subscription is lost, whatever the reason: the client does not subscribe again
 */
export async function* follow(
  connection: Connection,
  names: StreamNames,
  after: Position,
  signal: AbortSignal,
  atEnd: 'stop' | 'wait',
): AsyncGenerator<ReadonlyArray<RecordedEvent>> {
  if (signal.aborted) return
  const connected = connection.current
  const subscription = subscribe(connected, names, after)
  signal.addEventListener('abort', subscription.ring)
  let last = after
  try {
    while (!signal.aborted) {
      // Asked for before the events are taken, so that none can slip in between.
      const stop = atEnd === 'stop' && subscription.caughtUp
      const batch = await nextBatch(subscription, names, last)
      const end = batch.at(-1)
      if (end !== undefined) {
        last = end.position
        yield batch
      } else if (stop) return
      else if (subscription.caughtUp && atEnd === 'wait') await subscription.wait()
      else if (!subscription.caughtUp) await within(connection.clock, silence, subscription.wait())
    }
  } catch (error) {
    connection.failed(connected, error)
    throw new Error(`EventStoreDB: ${errorText(error)}`)
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
const nextBatch = async (
  subscription: PulledSubscription,
  names: StreamNames,
  after: Position,
): Promise<ReadonlyArray<RecordedEvent>> => {
  const batch: Array<RecordedEvent> = []
  let size = 0
  for (let taken = -1; taken < batch.length; ) {
    taken = batch.length
    // The client hands over what it has received turn by turn.
    if (taken > 0) await nextTurn()
    for (;;) {
      if (batch.length === batchLimits.events || size > batchLimits.size) return batch
      const record = subscription.take()
      if (record === undefined) break
      const recorded = ours(record, names)
      // An event that is given a second time, where the server turns from the past to the present.
      if (
        recorded === undefined ||
        comparePositions(recorded.position, batch.at(-1)?.position ?? after) <= 0
      ) {
        continue
      }
      batch.push(recorded)
      size += sizeOf(recorded)
    }
  }
  return batch
}

const ours = (record: AllStreamRecordedEvent, names: StreamNames): RecordedEvent | undefined => {
  const stream = names.own(record.streamId)
  return stream === undefined ? undefined : toRecordedEvent(stream, record)
}

const sizeOf = ({ event }: RecordedEvent): number =>
  event.type === 'Unreadable' ? 0 : event.metadata.message.bytes
