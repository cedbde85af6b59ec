import type { UnreadableEvent } from '../domain/events/stored-event.ts'
import { printableName } from '../domain/reason.ts'
import { CannotGoOn } from './cannot-go-on.ts'
import type { EventStore, RecordedEvent } from './ports/event-store.ts'
import type { Position } from './ports/position.ts'

/** A newer program wrote an event that this one cannot fold. Silently skipping it would make profiles wrong. */
export class UnknownEvent extends CannotGoOn {
  constructor(
    { position, stream }: RecordedEvent,
    { storedType, problem }: UnreadableEvent,
    passedOver: ReadonlySet<Position>,
  ) {
    const passOver = [...passedOver, position].join(',')
    super(
      `the event at position ${position}, of type ${printableName(storedType)} in ${stream}, was written by a newer version of ` +
        `profile-importer (${problem}): use that version, or set PASS_OVER=${passOver} to skip this event`,
    )
  }
}

/**
 * The event store for code that folds events or imports based on folded state: reading ends with an error before an
 * unknown event, unless its position is listed to be skipped.
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
    for (const recorded of batch) {
      const { event, position } = recorded
      if (event.type === 'Unreadable' && event.reason === 'unknown' && !passOver.has(position)) {
        if (known > 0) yield batch.slice(0, known)
        throw new UnknownEvent(recorded, event, passOver)
      }
      known++
    }
    yield batch
  }
}
