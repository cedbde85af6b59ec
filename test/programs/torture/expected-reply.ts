import type { ImportEvent } from '../../../domain/events/current.ts'
import { outcomeOf } from '../../../domain/events/outcome-of.ts'
import { reasonText } from '../../../domain/reason.ts'
import { replyText } from './reply-ledger.ts'

/** What the replies made from an event must say. */
export const expectedReply = (event: ImportEvent): string => {
  const outcome = outcomeOf(event)
  const [error, error_text, profile_id] =
    outcome.verdict === 'rejected'
      ? [outcome.code, outcome.reasons.map(reasonText).join('; '), '']
      : [0, '', outcome.profile_id]
  const { import_id, mode, verdict } = event.public
  const { properties, feedback_id } = event.personal
  return replyText({
    correlationId: properties.correlation_id,
    importId: import_id,
    verdict,
    body: { error, error_text, feedback_id, matching_field: mode, profile_id },
  })
}
