import type { FieldChange, SubscriptionChange } from './changes.ts'
import { applyChanges } from './fields/apply-change.ts'
import type { JsonObject } from './json.ts'
import { memberBytes } from './member-bytes.ts'
import type { ProfileContent } from './profile.ts'
import type { Subscription } from './subscription.ts'
import { applySubscriptionChanges } from './subscriptions/apply-change.ts'

interface ContentChanges {
  readonly changes: ReadonlyArray<FieldChange>
  readonly subscriptions: ReadonlyArray<SubscriptionChange>
}

export const noContent: ProfileContent = { bytes: 0, fields: {}, subscriptions: [] }

/** Of the members with these names that are there. */
const membersBytes = (members: JsonObject, names: Iterable<string>, atMost: number): number => {
  let bytes = 0
  for (const name of names) {
    if (!Object.hasOwn(members, name)) continue
    bytes += memberBytes(name, members[name] ?? null, atMost - bytes)
    if (bytes > atMost) break
  }
  return bytes
}

/** Of the subscriptions that the others are not: one that did not change is the same object. */
const subscriptionsBytes = (
  subscriptions: ReadonlyArray<Subscription>,
  others: ReadonlyArray<Subscription>,
  atMost: number,
): number => {
  if (subscriptions === others) return 0
  const known = new Set(others)
  let bytes = 0
  for (const subscription of subscriptions) {
    if (known.has(subscription)) continue
    bytes += 3 + membersBytes(subscription, Object.keys(subscription), atMost - bytes)
    if (bytes > atMost) break
  }
  return bytes
}

/**
 * The content of a profile after an event. Only what changed is measured, and not beyond `atMost`: the bytes are then any
 * number above that. A short message can ask for more than could be counted, such as a long text in each of ten thousand
 * elements of a list.
 */
export const contentAfter = (
  before: ProfileContent,
  { changes, subscriptions: subscriptionChanges }: ContentChanges,
  atMost = Number.POSITIVE_INFINITY,
): ProfileContent => {
  const fields = applyChanges(before.fields, changes)
  const subscriptions = applySubscriptionChanges(before.subscriptions, subscriptionChanges)
  const changed = new Set(changes.map(({ field }) => field))
  const whole = Number.POSITIVE_INFINITY
  let bytes =
    before.bytes -
    membersBytes(before.fields, changed, whole) -
    subscriptionsBytes(before.subscriptions, subscriptions, whole)
  bytes += membersBytes(fields, changed, atMost - bytes)
  bytes += subscriptionsBytes(subscriptions, before.subscriptions, atMost - bytes)
  return { bytes, fields, subscriptions }
}
