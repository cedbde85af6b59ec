import type { Subscription } from './events/current.ts'
import type { Database, ProfileId } from './ids.ts'
import type { JsonObject } from './json.ts'

/** What messages put into a profile. */
export interface ProfileContent {
  /** The size of fields and subscriptions as the limit of profile bytes counts it; `memberBytes` says how. */
  readonly bytes: number
  readonly fields: JsonObject
  readonly subscriptions: ReadonlyArray<Subscription>
}

/** The state of one profile: the fold of its events. */
export interface Profile extends Database, ProfileContent {
  readonly profile_id: ProfileId
  /** Revision, in its database's stream, of the event that created it: "oldest" means the lowest. */
  readonly created_revision: number
  /** Revision, in its database's stream, of its last event. */
  readonly revision: number
}
