import { type ImportId, profileIdOf } from '../ids.ts'
import { type Outcome, refusedFor, type Verdict } from '../outcome.ts'
import { outcomeOf } from './outcome-of.ts'
import type { StoredEvent, UnreadableEvent } from './stored-event.ts'

/** For events whose outcome is lost. */
export const outcomeUnreadable: Outcome = refusedFor({ tag: 'OutcomeUnreadable' })

/** The only outcome that the id of an unreadable event reveals: that of a create. */
export const outcomeFromId = ({ storedType }: UnreadableEvent, importId: ImportId): Outcome | undefined =>
  storedType === 'ProfileCreated' ? { verdict: 'created', profile_id: profileIdOf(importId) } : undefined

export interface Answer {
  readonly outcome: Outcome
  readonly verdict: Verdict
}

/** The answer to the message of an import. */
export const answerOf = (event: StoredEvent, importId: ImportId): Answer => {
  if (event.type !== 'Unreadable') return { outcome: outcomeOf(event), verdict: event.public.verdict }
  const outcome = outcomeFromId(event, importId) ?? outcomeUnreadable
  return { outcome, verdict: event.storedType === 'ImportRepeated' ? 'duplicate' : outcome.verdict }
}
