import type { Subscription, SubscriptionChange } from '../events/current.ts'
import { subscriptionIdentity } from './identity.ts'

/** In order of arrival. A subscription that is put again keeps its place. */
export const applySubscriptionChanges = (
  subscriptions: ReadonlyArray<Subscription>,
  changes: ReadonlyArray<SubscriptionChange>,
): ReadonlyArray<Subscription> => {
  if (changes.length === 0) return subscriptions
  const next = new Map(subscriptions.map((held) => [subscriptionIdentity(held), held]))
  for (const change of changes) {
    const identity = subscriptionIdentity(change.subscription)
    if (change.action === 'put') next.set(identity, change.subscription)
    else next.delete(identity)
  }
  return [...next.values()]
}
