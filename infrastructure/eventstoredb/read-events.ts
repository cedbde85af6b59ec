import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  type EventType,
  type ReadStreamOptions,
  type RecordedEvent as ServerEvent,
  type StreamingRead,
  StreamNotFoundError,
} from '@eventstore/db-client'
import type { Connection } from './connection.ts'
import { lettingGo } from './letting-go.ts'
import { troubleOf } from './trouble.ts'
import { within } from './within.ts'

/** Milliseconds that the server may be silent while it reads. The client itself would wait forever. */
const silence = 10_000

interface ReadOptions {
  readonly requiresLeader: true
}

type Read = StreamingRead<{ readonly event?: ServerEvent<EventType> }>

/**
 * The events of one read of `stream`, as they arrive; none if it does not exist. Stops the server when the consumer stops.
 * Asks the leader, because only a leader knows the current end.
 * @throws Error if the store is lost
 */
export async function* reading(
  connection: Connection,
  stream: string,
  open: (client: EventStoreDBClient, options: ReadOptions) => Read,
): AsyncGenerator<ServerEvent<EventType>> {
  const connected = connection.current
  const read = open(connected.client, { requiresLeader: true })
  const letGo = lettingGo(read, () => read.cancel())
  // A late error, when nobody reads any more, must not end the process.
  read.on('error', () => {})
  const resolved = read[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await within(connection.clock, silence, resolved.next(), connected.lost)
      if (next.done) return
      if (next.value.event !== undefined) yield next.value.event
    }
  } catch (error) {
    if (error instanceof StreamNotFoundError) return
    connection.failed(connected, error)
    throw troubleOf(error, `read ${stream}`)
  } finally {
    letGo()
  }
}

/** As `reading`, all of them. */
export const readEvents = async (
  ...read: Parameters<typeof reading>
): Promise<ReadonlyArray<ServerEvent<EventType>>> => {
  const events: Array<ServerEvent<EventType>> = []
  for await (const event of reading(...read)) events.push(event)
  return events
}

/** As `readEvents`. */
export const readStream = (
  connection: Connection,
  stream: string,
  part: ReadStreamOptions,
): Promise<ReadonlyArray<ServerEvent<EventType>>> =>
  readEvents(connection, stream, (client, options) => client.readStream(stream, { ...options, ...part }))

/** Undefined if there is none. */
export const lastEvent = async (
  connection: Connection,
  stream: string,
): Promise<ServerEvent<EventType> | undefined> => {
  const [event] = await readStream(connection, stream, {
    direction: BACKWARDS,
    fromRevision: END,
    maxCount: 1,
  })
  return event
}
