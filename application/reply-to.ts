import { answerOf } from '../domain/events/answer.ts'
import { contextOf, importIdOfEvent, type StoredEvent } from '../domain/events/stored-event.ts'
import { outcomeCode, outcomeText } from '../domain/outcome.ts'
import type { RecordedEvent } from './ports/event-store.ts'
import type { Reply } from './ports/reply-sink.ts'

const leftAloneIn = (event: StoredEvent): Pick<Reply, 'leftAlone'> => {
  const left = event.type === 'ProfileUpdated' ? event.personal.left_alone : undefined
  return left === undefined ? {} : { leftAlone: left.fields.length + left.subscriptions.length }
}

/** The reply to the message of an event, made from the event alone. Undefined if its id is not an import id. */
export const replyTo = (recorded: RecordedEvent): Reply | undefined => {
  const { event, eventId, position } = recorded
  const importId = importIdOfEvent(event, eventId)
  if (importId === undefined) return undefined
  const context = contextOf(event)
  const { outcome, verdict } = answerOf(event, importId)
  return {
    body: {
      error: outcomeCode(outcome),
      error_text: outcomeText(outcome),
      feedback_id: context?.personal.feedback_id ?? '',
      matching_field: context?.public.mode ?? '',
      profile_id: outcome.verdict === 'rejected' ? '' : outcome.profile_id,
    },
    importId,
    outcomeOf: event.type === 'ImportRepeated' ? event.public.first_import_id : importId,
    source: context?.public.source,
    properties: context?.personal.properties ?? {},
    verdict,
    ...leftAloneIn(event),
    position,
  }
}
