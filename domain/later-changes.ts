import type { StoredEvent } from './events/stored-event.ts'
import type { ImportId, ProfileId } from './ids.ts'
import { subscriptionIdentity } from './subscriptions/identity.ts'

/** What one import changed in a profile, without the values. */
export interface Touched {
  readonly profileId: ProfileId
  readonly importId: ImportId
  /** Of a replay. */
  readonly replayOf: ImportId | undefined
  readonly fields: ReadonlyArray<string>
  /** Their identities. */
  readonly subscriptions: ReadonlyArray<string>
}

/**
 * What imports after the original of a replay have changed in the profile that the replay finds, each with the last
 * import that changed it.
 */
export interface LaterChanges {
  readonly fields: ReadonlyMap<string, ImportId>
  /** By identity. */
  readonly subscriptions: ReadonlyMap<string, ImportId>
}

/** Undefined if the event changes no profile, or cannot be read. */
export const touchedBy = (event: StoredEvent): Touched | undefined => {
  if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') return undefined
  const { profile_id: profileId, import_id: importId, replay_of: replayOf } = event.public
  const { changes, subscriptions } = event.personal
  return {
    profileId,
    importId,
    replayOf,
    fields: changes.map(({ field }) => field),
    subscriptions: subscriptions.map(({ subscription }) => subscriptionIdentity(subscription)),
  }
}

/** Of the imports that touched one profile, oldest first. */
export const laterChangesOf = (touched: Iterable<Touched>): LaterChanges => {
  const [fields, subscriptions] = [new Map<string, ImportId>(), new Map<string, ImportId>()]
  for (const { importId, ...each } of touched) {
    for (const field of each.fields) fields.set(field, importId)
    for (const identity of each.subscriptions) subscriptions.set(identity, importId)
  }
  return { fields, subscriptions }
}
