import * as t from 'io-ts'
import { importId, json, jsonObject } from './primitives.ts'

// Frozen: logs contain such events. Optional members may be added; nothing else may change.

/**
 * A contact of a profile on a resource. Its identity within the profile is resource, channel and contact. Other members
 * than those named here (status, priority and the producer's own) may be any JSON.
 */
export const subscription = t.intersection([
  t.type({ channel: t.string, resource_id: t.number }),
  t.partial({
    email: t.string,
    phone: t.string,
    provider: t.string,
    subscription_id: t.string,
    cc_data: json,
  }),
  t.record(t.string, json),
])
export type Subscription = Readonly<t.TypeOf<typeof subscription>>

const field = t.string

/**
 * What an import did to one field, resolved: a change holds all that a fold needs, normalised, so that reading an event
 * never depends on current settings. A change without effect is not recorded. `was` and `replaced` are the values
 * before, only of what the change touched; absent if there were none, and in events from before version 2.
 */
export const fieldChange = t.union([
  t.intersection([t.type({ field, action: t.literal('set'), value: json }), t.partial({ was: json })]),
  t.intersection([t.type({ field, action: t.literal('unset') }), t.partial({ was: json })]),
  /** `by` is the requested increment, `value` the result. */
  t.intersection([
    t.type({ field, action: t.literal('incr'), by: t.number, value: t.number }),
    t.partial({ was: t.number }),
  ]),
  /** `items` are those that were not in the list yet, in order; they are appended. */
  t.type({ field, action: t.literal('add'), items: t.array(json) }),
  /** `items` are those that were in the list; every occurrence is removed. */
  t.type({ field, action: t.literal('delete'), items: t.array(json) }),
  /**
   * `value` is put at the path `submatch`; in a list, in every element that has that path. `replaced`: the values at
   * the path; in a list, one for each such element, in order.
   */
  t.intersection([
    t.type({ field, action: t.literal('upsert'), submatch: t.array(t.string), value: json }),
    t.partial({ replaced: t.array(json) }),
  ]),
])
export type FieldChange = Readonly<t.TypeOf<typeof fieldChange>>

export const subscriptionChange = t.union([
  /** The whole subscription after the change. */
  t.intersection([t.type({ action: t.literal('put'), subscription }), t.partial({ was: subscription })]),
  /** `subscription` holds only the identity. */
  t.intersection([
    t.type({ action: t.literal('remove'), subscription: jsonObject }),
    t.partial({ was: subscription }),
  ]),
])
export type SubscriptionChange = Readonly<t.TypeOf<typeof subscriptionChange>>

export const changes = t.intersection([
  t.type({ changes: t.array(fieldChange), subscriptions: t.array(subscriptionChange) }),
  t.partial({
    /** The values before the change were omitted because they are too large. */
    without_before: t.literal(true),
  }),
])
export type Changes = Readonly<t.TypeOf<typeof changes>>

/**
 * What a replay would have changed, but left alone because imports after its original had changed it: `changed_by` is
 * the last of them. A subscription is given by the members that identify it.
 */
export const leftAlone = t.type({
  fields: t.array(t.type({ field, changed_by: importId })),
  subscriptions: t.array(t.type({ subscription: jsonObject, changed_by: importId })),
})
export type LeftAlone = Readonly<t.TypeOf<typeof leftAlone>>
