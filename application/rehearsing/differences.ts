import { sameJson } from '../../domain/canonical-json.ts'
import { noContent } from '../../domain/content-after.ts'
import type { ImportEvent, Subscription } from '../../domain/events/current.ts'
import { withoutBefore } from '../../domain/events/without-before.ts'
import type { Database, ProfileId } from '../../domain/ids.ts'
import { type Json, type JsonObject, ownMember } from '../../domain/json.ts'
import type { Profile } from '../../domain/profile.ts'
import { identityMembers, subscriptionIdentity } from '../../domain/subscriptions/identity.ts'

/** Whether two events record the same outcome: also the same profile and the same changes, whatever was there before. */
export const sameOutcome = (a: ImportEvent, b: ImportEvent): boolean => {
  if (a.type === 'ImportRejected' && b.type === 'ImportRejected')
    return a.public.code === b.public.code && sameJson(a.public.reason_tags, b.public.reason_tags)
  if (!isOfProfile(a) || !isOfProfile(b)) return false
  return (
    a.public.verdict === b.public.verdict &&
    a.public.profile_id === b.public.profile_id &&
    sameJson(withoutBefore(a.personal), withoutBefore(b.personal))
  )
}

const isOfProfile = (event: ImportEvent) => event.type === 'ProfileCreated' || event.type === 'ProfileUpdated'

/** A value in both; absent where there is none. */
export interface Differing<Value> {
  readonly recorded?: Value
  readonly rehearsed?: Value
}

export interface ProfileDifference extends Database {
  readonly profile_id: ProfileId
  /** Which of the two has the profile. */
  readonly in: 'both' | 'recorded' | 'rehearsed'
  readonly fields: ReadonlyArray<Differing<Json> & { readonly field: string }>
  readonly subscriptions: ReadonlyArray<Differing<Subscription> & { readonly subscription: JsonObject }>
}

/** Undefined if the two hold the same. At least one must be given. */
export const profileDifference = (
  recorded: Profile | undefined,
  rehearsed: Profile | undefined,
): ProfileDifference | undefined => {
  const profile = recorded ?? rehearsed
  if (profile === undefined) return undefined
  const { account_id, db_id, profile_id } = profile
  const [a, b] = [recorded ?? noContent, rehearsed ?? noContent]
  const fields = unionOf(Object.keys(a.fields), Object.keys(b.fields)).flatMap((field) =>
    differing(ownMember(a.fields, field), ownMember(b.fields, field)).map((both) => ({ field, ...both })),
  )
  const [ours, theirs] = [byIdentity(a.subscriptions), byIdentity(b.subscriptions)]
  const subscriptions = unionOf(ours.keys(), theirs.keys()).flatMap((identity) =>
    differing(ours.get(identity), theirs.get(identity)).map((both) => ({
      subscription: identityMembers(both.recorded ?? both.rehearsed ?? {}),
      ...both,
    })),
  )
  const both = recorded !== undefined && rehearsed !== undefined
  if (both && fields.length + subscriptions.length === 0) return undefined
  const where = recorded === undefined ? 'rehearsed' : 'recorded'
  return { account_id, db_id, profile_id, in: both ? 'both' : where, fields, subscriptions }
}

const unionOf = (a: Iterable<string>, b: Iterable<string>): ReadonlyArray<string> => [
  ...new Set([...a, ...b]),
]

const byIdentity = (subscriptions: ReadonlyArray<Subscription>): ReadonlyMap<string, Subscription> =>
  new Map(subscriptions.map((each) => [subscriptionIdentity(each), each]))

/** One element if they differ. */
const differing = <Value>(
  recorded: Value | undefined,
  rehearsed: Value | undefined,
): ReadonlyArray<Differing<Value>> =>
  sameJson(recorded, rehearsed)
    ? []
    : [{ ...(recorded !== undefined && { recorded }), ...(rehearsed !== undefined && { rehearsed }) }]
