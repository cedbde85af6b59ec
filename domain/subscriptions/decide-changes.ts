import * as E from 'fp-ts/lib/Either.js'
import { sameJson } from '../canonical-json.ts'
import type { Subscription, SubscriptionChange } from '../events/current.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Limits } from '../limits.ts'
import { type Checked, profileLimitExceeded } from '../refuse.ts'
import { identityMembers, subscriptionIdentity } from './identity.ts'
import type { SubscriptionPatch, SubscriptionsInstruction } from './subscription-patch.ts'

const merged = (held: JsonObject | undefined, patch: SubscriptionPatch): Subscription => {
  const next: Record<string, Json> = { ...held, ...patch.members }
  for (const name of Object.keys(patch.members)) if (patch.members[name] === null) delete next[name]
  return { ...next, channel: patch.channel, resource_id: patch.resource_id }
}

const removed = (held: Subscription): SubscriptionChange => ({
  action: 'remove',
  subscription: identityMembers(held),
  was: held,
})

/** The changes to the subscriptions of a profile. Patches of the same subscription become one change. */
export const decideSubscriptionChanges = (
  held: ReadonlyArray<Subscription>,
  { clear, except, patches }: SubscriptionsInstruction,
  limits: Limits,
): Checked<Array<SubscriptionChange>> => {
  if (clear) {
    const gone = except ? held.filter((each) => !except.has(subscriptionIdentity(each))) : held
    return E.right(gone.map(removed))
  }
  if (patches.length === 0) return E.right([])
  const before = new Map(held.map((subscription) => [subscriptionIdentity(subscription), subscription]))
  const after = new Map<string, Subscription>()
  for (const patch of patches)
    after.set(patch.identity, merged(after.get(patch.identity) ?? before.get(patch.identity), patch))
  const changes: Array<SubscriptionChange> = []
  let count = before.size
  for (const [identity, subscription] of after) {
    const was = before.get(identity)
    if (was === undefined) {
      count += 1
      changes.push({ action: 'put', subscription })
    } else if (!sameJson(was, subscription)) changes.push({ action: 'put', subscription, was })
  }
  return count > limits.subscriptions ? profileLimitExceeded(limits, 'subscriptions') : E.right(changes)
}
