import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { Reply } from '../application/ports/reply-sink.ts'
import { answerOf } from '../domain/events/answer.ts'
import { importIdOfEvent } from '../domain/events/stored-event.ts'
import { outcomeCode } from '../domain/outcome.ts'
import { rejectionText } from '../domain/rejection.ts'

/** The reply to the message that an event is about; made from the event alone. Undefined where its id is no import's. */
export const replyTo = (recorded: RecordedEvent): Reply | undefined => {
  const { event, eventId, position } = recorded
  const importId = importIdOfEvent(event, eventId)
  if (importId === undefined) return undefined
  const { metadata } = event
  const { outcome, verdict } = answerOf(event, importId)
  return {
    body: {
      error: outcomeCode(outcome),
      error_text: outcome.verdict === 'rejected' ? rejectionText(outcome.rejection) : '',
      feedback_id: metadata?.feedback_id ?? '',
      matching_field: metadata?.matching ?? '',
      profile_id: outcome.verdict === 'rejected' ? '' : outcome.profile_id,
    },
    importId,
    origin: metadata?.source,
    properties: metadata?.properties ?? {},
    verdict,
    position,
  }
}
