import type { ImportRecord } from '../application/ports/audit-index.ts'
import type { ProfileDocument, ProfileRef } from '../application/ports/profile-document.ts'
import { undeclared } from '../domain/definitions/undeclared.ts'
import type { ImportEvent } from '../domain/events/current.ts'
import { evolve } from '../domain/evolve.ts'
import type { Database, ProfileId } from '../domain/ids.ts'
import { identityKeysOf } from '../domain/matching/identity-keys.ts'
import type { Profile } from '../domain/profile.ts'
import type { ImportRules } from '../domain/rules.ts'
import { databaseStream } from '../domain/streams.ts'
import type { Projection } from './projection.ts'

const codeVersion = 6

/** The state of every profile, with the keys that later messages are matched against. */
export const profilesProjection = (
  definitionOf: ImportRules['definitionOf'],
  definitionsVersion: string,
): Projection<ProfileRef, ProfileDocument> => ({
  name: 'profiles',
  version: `${codeVersion}-${definitionsVersion}`,
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
    const states = new Map<ProfileId, ProfileState>(
      present.map((document) => [document.profile.profile_id, document]),
    )
    const changed = new Set<ProfileId>()
    for (const { event, revision } of events) {
      if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') continue
      const { profile_id } = event.public
      const state = states.get(profile_id)
      // Already applied: the projection was interrupted between its documents and its checkpoint.
      if (state !== undefined && state.profile.revision >= revision) continue
      // The event that created it is unreadable, so the profile is missing, with all its changes; or belongs to another
      // database.
      if (event.type === 'ProfileUpdated' && !(state && isOfDatabase(state.profile, event.public))) continue
      states.set(profile_id, stateAfter(state, event, revision))
      changed.add(profile_id)
    }
    const documents: Array<ProfileDocument> = []
    for (const id of changed) {
      const state = states.get(id)
      if (state === undefined) continue
      const { profile, createdAt, updatedAt } = state
      const keys = identityKeysOf(profile, definitionOf(profile) ?? undeclared)
      documents.push({ profile, keys, createdAt, updatedAt })
    }
    return documents
  },
})

type ProfileState = Omit<ProfileDocument, 'keys'>

const stateAfter = (
  before: ProfileState | undefined,
  event: Extract<ImportEvent, { readonly type: 'ProfileCreated' | 'ProfileUpdated' }>,
  revision: number,
): ProfileState => {
  const { verdict } = event.public
  const time = new Date(event.public.time).toISOString()
  return {
    profile: evolve(before?.profile, event, revision),
    createdAt: before?.createdAt ?? time,
    updatedAt: before !== undefined && verdict === 'unchanged' ? before.updatedAt : time,
  }
}

const profileTouchedBy = ({ outcome, repeats }: ImportRecord): ProfileId | undefined =>
  outcome === undefined || outcome.verdict === 'rejected' || repeats !== undefined
    ? undefined
    : outcome.profile_id

const isOfDatabase = (profile: Profile, { account_id, db_id }: Database): boolean =>
  profile.account_id === account_id && profile.db_id === db_id
