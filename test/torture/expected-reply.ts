import type { ImportEvent } from '../../domain/events/current.ts'
import { outcomeOf } from '../../domain/events/outcome-of.ts'
import { reasonCode, reasonText } from '../../domain/reason.ts'
import { replyText } from './reply-ledger.ts'

/** What the replies made from an event must say. */
export const expectedReply = (event: ImportEvent): string => {
  const outcome = outcomeOf(event)
  const [error, error_text, profile_id] =
    outcome.verdict === 'rejected'
      ? [reasonCode(outcome.rejection), reasonText(outcome.rejection), '']
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
