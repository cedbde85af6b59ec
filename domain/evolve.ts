import { contentAfter, noContent } from './content-after.ts'
import type { ProfileCreated, ProfileUpdated } from './events/current.ts'
import type { Profile, ProfileContent } from './profile.ts'

type Change = ProfileCreated | ProfileUpdated

/**
 * The state of a profile after an event of its database's stream at `revision`. Throws if a profile that does not exist
 * is updated: no log written by this program holds such an event.
 */
export const evolve = (profile: Profile | undefined, event: Change, revision: number): Profile =>
  withContent(profile, event, revision, contentAfter(profile ?? noContent, event.personal))

/** `evolve` for a known content after the event. */
export const withContent = (
  profile: Profile | undefined,
  { type, public: { account_id, db_id, profile_id } }: Change,
  revision: number,
  content: ProfileContent,
): Profile => {
  switch (type) {
    case 'ProfileCreated':
      return {
        account_id,
        db_id,
        profile_id,
        created_revision: revision,
        revision,
        ...content,
      }
    case 'ProfileUpdated':
      if (profile === undefined)
        throw new Error(`ProfileUpdated at revision ${revision} has no profile to update`)
      return { ...profile, revision, ...content }
  }
}
