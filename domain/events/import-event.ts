import * as t from 'io-ts'
import type { Outcome, Verdict } from '../outcome.ts'
import { importRejectedCodec } from './import-rejected.ts'
import { importRepeatedCodec } from './import-repeated.ts'
import { eventMetadataCodec } from './metadata.ts'
import { profileCreatedCodec } from './profile-created.ts'
import { profileUpdatedCodec } from './profile-updated.ts'

export const domainEventCodec = t.union([
  profileCreatedCodec,
  profileUpdatedCodec,
  importRejectedCodec,
  importRepeatedCodec,
])
/** What happened. */
export type DomainEvent = t.TypeOf<typeof domainEventCodec>

/** What happened, and why. */
export const importEventCodec = t.intersection([domainEventCodec, t.type({ metadata: eventMetadataCodec })])
export type ImportEvent = Readonly<t.TypeOf<typeof importEventCodec>>

/** The outcome that the event records; a repetition has that of the first import. */
export const outcomeOf = (event: DomainEvent): Outcome => {
  switch (event.type) {
    case 'ProfileCreated':
      return { verdict: 'created', profile_id: event.data.profile_id }
    case 'ProfileUpdated':
      return {
        verdict: event.data.changes.length + event.data.subscriptions.length > 0 ? 'updated' : 'unchanged',
        profile_id: event.data.profile_id,
      }
    case 'ImportRejected':
      return { verdict: 'rejected', rejection: event.data.rejection }
    case 'ImportRepeated':
      return event.data.first_outcome
  }
}

/** The verdict that the message is answered with: the outcome's, but `duplicate` for a repetition. */
export const verdictOf = (event: DomainEvent): Verdict =>
  event.type === 'ImportRepeated' ? 'duplicate' : outcomeOf(event).verdict
