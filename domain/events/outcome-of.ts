import type { Outcome, Rejection } from '../outcome.ts'
import type { DomainEvent, ImportRejected } from './current.ts'

/** The outcome that the event records. For a repetition, that of the first import. */
export const outcomeOf = (event: DomainEvent): Outcome => {
  switch (event.type) {
    case 'ProfileCreated':
    case 'ProfileUpdated':
      return { verdict: event.public.verdict, profile_id: event.public.profile_id }
    case 'ImportRejected':
      return rejection(event.public, event.personal)
    case 'ImportRepeated': {
      const { public: first, personal } = event
      return first.first_verdict === 'rejected'
        ? rejection(first, personal)
        : { verdict: first.first_verdict, profile_id: first.profile_id }
    }
  }
}

const rejection = (
  { code, further_reasons }: Pick<ImportRejected['public'], 'code' | 'further_reasons'>,
  { reasons }: ImportRejected['personal'],
): Rejection => ({
  verdict: 'rejected',
  code,
  reasons,
  ...(further_reasons !== undefined && { further: further_reasons }),
})
