import type { ImportRecord } from '../application/ports/audit-index.ts'
import type { ProfileDocument, ProfileRef } from '../application/ports/profile-document.ts'
import { undeclared } from '../domain/definitions/undeclared.ts'
import { evolve } from '../domain/evolve.ts'
import type { Database, ProfileId } from '../domain/ids.ts'
import { identityKeysOf } from '../domain/matching/identity-keys.ts'
import type { Profile } from '../domain/profile.ts'
import type { ImportRules } from '../domain/rules.ts'
import { databaseStream } from '../domain/streams.ts'
import type { Projection } from './projection.ts'

const codeVersion = 5

/** The state of every profile, with the keys that later messages are matched against. */
export const profilesProjection = (
  definitionOf: ImportRules['definitionOf'],
  keysVersion: string,
): Projection<ProfileRef, ProfileDocument> => ({
  name: 'profiles',
  version: `${codeVersion}-${keysVersion}`,
  idOf: ({ profile }) => profile.profile_id,
  bytesOf: ({ profile }) => profile.bytes,
  idOfEvent: ({ event }) =>
    event.type === 'ProfileCreated' || event.type === 'ProfileUpdated' ? event.public.profile_id : undefined,

  mayShow: ({ profile }, { event, stream, revision }, known) => {
    if (event.type !== 'Unreadable') return false
    // Whatever its type and stream are now, because these may be damaged.
    if (known?.outcome !== undefined) return profileTouchedBy(known) === profile.profile_id
    if (stream !== databaseStream(profile)) return false
    if (event.storedType === 'ProfileCreated') return profile.created_revision === revision
    if (event.storedType !== 'ProfileUpdated') return false
    // Any profile of the database that existed then and has changed then or later.
    return profile.created_revision < revision && revision <= profile.revision
  },

  reads: (events) => {
    const refs = new Map<ProfileId, ProfileRef>()
    for (const { event } of events) {
      if (event.type !== 'ProfileUpdated') continue
      const { account_id, db_id, profile_id } = event.public
      refs.set(profile_id, { database: { account_id, db_id }, profileId: profile_id })
    }
    return [...refs.values()]
  },

  fold: (present, events) => {
    const states = new Map<ProfileId, Profile>(present.map(({ profile }) => [profile.profile_id, profile]))
    const changed = new Set<ProfileId>()
    for (const { event, revision } of events) {
      if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') continue
      const { profile_id } = event.public
      const state = states.get(profile_id)
      // Already applied: the projection was interrupted between its documents and its checkpoint.
      if (state !== undefined && state.revision >= revision) continue
      // The event that created it is unreadable, so the profile is missing, with all its changes; or belongs to another
      // database.
      if (event.type === 'ProfileUpdated' && !(state && isOfDatabase(state, event.public))) continue
      states.set(profile_id, evolve(state, event, revision))
      changed.add(profile_id)
    }
    const documents: Array<ProfileDocument> = []
    for (const id of changed) {
      const profile = states.get(id)
      if (profile === undefined) continue
      documents.push({ profile, keys: identityKeysOf(profile, definitionOf(profile) ?? undeclared) })
    }
    return documents
  },
})

const profileTouchedBy = ({ outcome, repeats }: ImportRecord): ProfileId | undefined =>
  outcome === undefined || outcome.verdict === 'rejected' || repeats !== undefined
    ? undefined
    : outcome.profile_id

const isOfDatabase = (profile: Profile, { account_id, db_id }: Database): boolean =>
  profile.account_id === account_id && profile.db_id === db_id
