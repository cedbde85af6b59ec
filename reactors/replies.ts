import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { Reply } from '../application/ports/reply-sink.ts'
import { outcomeOf, verdictOf } from '../domain/events/import-event.ts'
import { outcomeCode } from '../domain/outcome.ts'
import { rejectionText } from '../domain/rejection.ts'

/** The reply to the message that an event is about; made from the event alone. */
export const replyTo = ({ event, position }: RecordedEvent): Reply | undefined => {
  if (event.type === 'Unreadable') return undefined
  const { metadata } = event
  const outcome = outcomeOf(event)
  return {
    body: {
      error: outcomeCode(outcome),
      error_text: outcome.verdict === 'rejected' ? rejectionText(outcome.rejection) : '',
      feedback_id: metadata.feedback_id,
      matching_field: metadata.matching,
      profile_id: outcome.verdict === 'rejected' ? '' : outcome.profile_id,
    },
    importId: metadata.import_id,
    origin: metadata.source,
    properties: metadata.properties,
    verdict: verdictOf(event),
    position,
  }
}
