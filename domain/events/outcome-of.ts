import type { Outcome } from '../outcome.ts'
import type { DomainEvent } from './current.ts'

/** The outcome that the event records. For a repetition, that of the first import. */
export const outcomeOf = (event: DomainEvent): Outcome => {
  switch (event.type) {
    case 'ProfileCreated':
    case 'ProfileUpdated':
      return { verdict: event.public.verdict, profile_id: event.public.profile_id }
    case 'ImportRejected':
      return { verdict: 'rejected', code: event.public.code, reasons: event.personal.reasons }
    case 'ImportRepeated': {
      const { public: first, personal } = event
      return first.first_verdict === 'rejected'
        ? { verdict: 'rejected', code: first.code, reasons: personal.reasons }
        : { verdict: first.first_verdict, profile_id: first.profile_id }
    }
  }
}
