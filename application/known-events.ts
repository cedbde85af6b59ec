import { printableName } from '../domain/rejection.ts'
import { CannotGoOn } from './cannot-go-on.ts'
import type { EventStore, RecordedEvent } from './ports/event-store.ts'
import type { Position } from './ports/position.ts'

/** A newer program wrote an event that this one cannot fold. Passed over in silence, it would make profiles wrong. */
export class UnknownEvent extends CannotGoOn {
  constructor(position: Position, stream: string, type: string, problem: string) {
    super(
      `the event at position ${position}, of type ${type} in ${stream}, was written by a newer version of ` +
        `profile-importer (${problem}): use that version, or set PASS_OVER=${position} to go on without this event`,
    )
  }
}

/**
 * The event store as those see it who fold events or import on what was folded: reading ends with an error before an
 * event that is unknown here, unless its position is one of those to pass over.
 * @throws UnknownEvent
 */
export const stoppingAtUnknown = (eventStore: EventStore, passOver: ReadonlySet<Position>): EventStore => ({
  ...eventStore,
  read: (after, signal) => untilUnknown(eventStore.read(after, signal), passOver),
  subscribe: (after, signal, gathering) =>
    untilUnknown(eventStore.subscribe(after, signal, gathering), passOver),
})

async function* untilUnknown(
  batches: AsyncIterable<ReadonlyArray<RecordedEvent>>,
  passOver: ReadonlySet<Position>,
): AsyncGenerator<ReadonlyArray<RecordedEvent>> {
  for await (const batch of batches) {
    let known = 0
    for (const { event, position, stream } of batch) {
      if (event.type === 'Unreadable' && event.reason === 'unknown' && !passOver.has(position)) {
        if (known > 0) yield batch.slice(0, known)
        throw new UnknownEvent(position, stream, printableName(event.storedType), event.problem)
      }
      known++
    }
    yield batch
  }
}
