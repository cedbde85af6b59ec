import type { ImportRecord } from './ports/audit-index.ts'
import type { EventStore, RecordedEvent } from './ports/event-store.ts'

type Place = Pick<ImportRecord, 'stream' | 'revision'>

/** How many events are requested from the store at a time. */
const atOnce = 32

export const recordedEvent = async (
  eventStore: EventStore,
  { stream, revision }: Place,
): Promise<RecordedEvent | undefined> => (await eventStore.readStream(stream, revision, 1))[0]

/** The events of these records, in their order. */
export async function* recordedEvents(
  eventStore: EventStore,
  records: AsyncIterable<Place> | Iterable<Place>,
): AsyncGenerator<RecordedEvent> {
  for await (const some of chunksOf(records, atOnce)) {
    const events = await Promise.all(some.map((record) => recordedEvent(eventStore, record)))
    yield* events.flatMap((event) => event ?? [])
  }
}

async function* chunksOf<A>(
  items: AsyncIterable<A> | Iterable<A>,
  size: number,
): AsyncGenerator<ReadonlyArray<A>> {
  let chunk: Array<A> = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
