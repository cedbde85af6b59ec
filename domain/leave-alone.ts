import * as E from 'fp-ts/lib/Either.js'
import type { ImportProfile } from './command.ts'
import type { LeftAlone } from './events/current.ts'
import { decideChange } from './fields/decide-change.ts'
import { ownMember } from './json.ts'
import type { LaterChanges } from './later-changes.ts'
import type { Limits } from './limits.ts'
import type { Profile } from './profile.ts'
import { decideSubscriptionChanges } from './subscriptions/decide-changes.ts'
import { identityMembers, subscriptionIdentity } from './subscriptions/identity.ts'

type Request = Pick<ImportProfile, 'fields' | 'subscriptions'>

/** The request without the fields and subscriptions that later imports have changed. */
export const withoutLater = ({ fields, subscriptions }: Request, later: LaterChanges): Request => ({
  fields: fields.filter(({ field }) => !later.fields.has(field)),
  subscriptions: {
    clear: subscriptions.clear,
    except: new Set(later.subscriptions.keys()),
    patches: subscriptions.patches.filter(({ identity }) => !later.subscriptions.has(identity)),
  },
})

/** What the request would have changed, if later imports had not. Undefined if nothing. */
export const leftAloneOf = (
  profile: Profile,
  { fields, subscriptions: { clear, patches } }: Request,
  later: LaterChanges,
  limits: Limits,
): LeftAlone | undefined => {
  const fieldsLeft = fields.flatMap((instruction) => {
    const { field } = instruction
    const changed_by = later.fields.get(field)
    if (changed_by === undefined) return []
    const change = decideChange(ownMember(profile.fields, field), instruction, limits)
    return E.isRight(change) && change.right === undefined ? [] : [{ field, changed_by }]
  })
  const request = { clear, patches: patches.filter(({ identity }) => later.subscriptions.has(identity)) }
  // They are not added, so their number does not matter.
  const unlimited = { ...limits, subscriptions: Number.POSITIVE_INFINITY }
  const wanted = decideSubscriptionChanges(profile.subscriptions, request, unlimited)
  const subscriptionsLeft = (E.isRight(wanted) ? wanted.right : []).flatMap(({ subscription }) => {
    const changed_by = later.subscriptions.get(subscriptionIdentity(subscription))
    return changed_by === undefined ? [] : [{ subscription: identityMembers(subscription), changed_by }]
  })
  return fieldsLeft.length + subscriptionsLeft.length === 0
    ? undefined
    : { fields: fieldsLeft, subscriptions: subscriptionsLeft }
}
