import { bytesAfter, type ChangedMember } from './bytes-between.ts'
import type { FieldChange, Subscription, SubscriptionChange } from './events/current.ts'
import { changedFields, withChanged } from './fields/apply-change.ts'
import type { Json } from './json.ts'
import { memberBytes } from './member-bytes.ts'
import type { ProfileContent } from './profile.ts'
import { applySubscriptionChanges } from './subscriptions/apply-change.ts'

interface ContentChanges {
  readonly changes: ReadonlyArray<FieldChange>
  readonly subscriptions: ReadonlyArray<SubscriptionChange>
}

export const noContent: ProfileContent = { bytes: 0, fields: {}, subscriptions: [] }

/**
 * The content of a profile after an event. If it has more bytes than `atMost`, `bytes` is any number above that: a
 * short message can ask for more than could be counted, such as a long text in each of ten thousand elements of a list.
 */
export const contentAfter = (
  before: ProfileContent,
  changes: ContentChanges,
  atMost = Number.POSITIVE_INFINITY,
): ProfileContent => {
  const fields = changedFields(before.fields, changes.changes)
  const subscriptions = applySubscriptionChanges(before.subscriptions, changes.subscriptions)
  return {
    bytes: measured(before, fields, subscriptions, atMost),
    fields: withChanged(before.fields, fields),
    subscriptions,
  }
}

/** Measures only what changed, before and after. */
const measured = (
  before: ProfileContent,
  changed: ReadonlyMap<string, Json | undefined>,
  subscriptions: ReadonlyArray<Subscription>,
  atMost: number,
): number => {
  let { bytes } = before
  for (const subscription of missingIn(subscriptions, before.subscriptions))
    bytes -= subscriptionBytes(subscription, Number.POSITIVE_INFINITY)
  const members: Array<ChangedMember> = []
  changed.forEach((after, name) => {
    const held = Object.hasOwn(before.fields, name) ? before.fields[name] : undefined
    members.push({ name, before: held, after })
  })
  bytes = bytesAfter(bytes, members, atMost)
  for (const subscription of missingIn(before.subscriptions, subscriptions)) {
    if (bytes > atMost) break
    bytes += subscriptionBytes(subscription, atMost - bytes)
  }
  return bytes
}

/** The elements of `others` that the subscriptions lack. An unchanged subscription is the same object. */
const missingIn = (
  subscriptions: ReadonlyArray<Subscription>,
  others: ReadonlyArray<Subscription>,
): ReadonlyArray<Subscription> => {
  if (subscriptions === others || others.length === 0) return []
  const known = new Set(subscriptions)
  return others.filter((other) => !known.has(other))
}

const subscriptionBytes = (subscription: Subscription, atMost: number): number => {
  let bytes = 3
  for (const name of Object.keys(subscription)) {
    bytes += memberBytes(name, subscription[name] ?? null, atMost - bytes)
    if (bytes > atMost) return bytes
  }
  return bytes
}
