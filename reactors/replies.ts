import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { Reply } from '../application/ports/reply-sink.ts'
import { reasonText } from '../domain/reason.ts'

/** The reply to the message that an event is about; made from the event alone. */
export const replyTo = ({ event, position }: RecordedEvent): Reply | undefined => {
  if (event.type === 'Unreadable') return undefined
  const { public: known, personal } = event
  return {
    body: {
      error: known.code,
      error_text: 'reasons' in personal ? personal.reasons.map(reasonText).join('; ') : '',
      feedback_id: personal.feedback_id,
      matching_field: known.mode,
      profile_id: 'profile_id' in known ? known.profile_id : '',
    },
    importId: known.import_id,
    origin: known.source,
    properties: personal.properties,
    verdict: known.verdict,
    position,
  }
}
