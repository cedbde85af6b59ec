import type { Subscription } from './events/current.ts'
import type { Database, ProfileId } from './ids.ts'
import type { JsonObject } from './json.ts'

/** The content of a profile that comes from messages. */
export interface ProfileContent {
  /** The size of fields and subscriptions as counted by the limit of profile bytes; see `memberBytes`. */
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
