import { type ImportEvent, outcomeOf, verdictOf } from '../../../domain/events/import-event.ts'
import { rejectionCode, rejectionText } from '../../../domain/rejection.ts'
import { replyText } from './reply-ledger.ts'

/** What the replies made from an event must say. */
export const expectedReply = (event: ImportEvent): string => {
  const outcome = outcomeOf(event)
  const [error, error_text, profile_id] =
    outcome.verdict === 'rejected'
      ? [rejectionCode(outcome.rejection), rejectionText(outcome.rejection), '']
      : [0, '', outcome.profile_id]
  const { correlation_id } = event.metadata.properties
  const { import_id, feedback_id, matching } = event.metadata
  return replyText({
    correlationId: correlation_id,
    importId: import_id,
    verdict: verdictOf(event),
    body: { error, error_text, feedback_id, matching_field: matching, profile_id },
  })
}
