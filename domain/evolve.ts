import type { ProfileCreated } from './events/profile-created.ts'
import type { ProfileUpdated } from './events/profile-updated.ts'
import { applyChanges } from './fields/apply-change.ts'
import type { Profile } from './profile.ts'
import { applySubscriptionChanges } from './subscriptions/apply-change.ts'

/**
 * The state of a profile after an event of its database's stream at `revision`. Throws when a profile that does not
 * exist is updated: no log that this program wrote holds such an event.
 */
export const evolve = (
  profile: Profile | undefined,
  event: ProfileCreated | ProfileUpdated,
  revision: number,
): Profile => {
  const { data } = event
  switch (event.type) {
    case 'ProfileCreated':
      return {
        account_id: data.account_id,
        db_id: data.db_id,
        profile_id: data.profile_id,
        created_revision: revision,
        revision,
        fields: applyChanges({}, data.changes),
        subscriptions: applySubscriptionChanges([], data.subscriptions),
      }
    case 'ProfileUpdated':
      if (profile === undefined)
        throw new Error(`ProfileUpdated at revision ${revision} has no profile to update`)
      return {
        ...profile,
        revision,
        fields: applyChanges(profile.fields, data.changes),
        subscriptions: applySubscriptionChanges(profile.subscriptions, data.subscriptions),
      }
  }
}
