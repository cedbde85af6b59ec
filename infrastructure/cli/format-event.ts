import type { RecordedEvent } from '../../application/ports/event-store.ts'
import { type DomainEvent, verdictOf } from '../../domain/events/import-event.ts'

/** A line of `events`. */
export const eventLine = ({ position, stream, revision, eventId, event }: RecordedEvent) =>
  event.type === 'Unreadable'
    ? {
        position,
        stream,
        revision,
        event_id: eventId,
        type: event.storedType,
        time: null,
        data: null,
        metadata: null,
        problem: event.problem,
      }
    : {
        position,
        stream,
        revision,
        event_id: eventId,
        type: event.type,
        time: event.metadata.time,
        data: event.data,
        metadata: event.metadata,
      }

/** A line of `history`: the message, how it was matched, what changed. */
export const historyLine = (recorded: RecordedEvent) => {
  const { event, position, stream, revision } = recorded
  if (event.type === 'Unreadable') return eventLine(recorded)
  const { import_id, time, source, message, match, matching, feedback_id, replay_of } = event.metadata
  return {
    time,
    type: event.type,
    verdict: verdictOf(event),
    import_id,
    ...(replay_of === undefined ? {} : { replay_of }),
    feedback_id,
    ...whatHappened(event),
    matching,
    ...(match === undefined ? {} : { match }),
    source,
    message,
    position,
    stream,
    revision,
  }
}

const whatHappened = (event: DomainEvent) => {
  switch (event.type) {
    case 'ProfileCreated':
    case 'ProfileUpdated': {
      const { profile_id, changes, subscriptions } = event.data
      return { profile_id, changes, subscriptions }
    }
    case 'ImportRejected':
      return { code: event.data.code, rejection: event.data.rejection }
    case 'ImportRepeated':
      return { repeats: event.data.first_import_id, first_outcome: event.data.first_outcome }
  }
}
