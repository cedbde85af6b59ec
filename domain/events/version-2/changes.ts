import * as t from 'io-ts'
import { json, jsonObject } from './primitives.ts'

// Frozen: events of this shape stand in logs. Optional members may be added; nothing else may change.

/**
 * A contact that a profile has on a resource. Its identity within the profile is resource, channel and contact;
 * members beyond those named here (status, priority and the caller's own) are any JSON.
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
 * What an import did to one field, resolved: a change holds all that a fold needs, in normal form, so that
 * today's settings are never asked to explain yesterday's event. A change without effect is not recorded. `was` and
 * `replaced` are what was there before, as large as the change; absent where nothing was there, and in events that were
 * recorded before version 2.
 */
export const fieldChange = t.union([
  t.intersection([t.type({ field, action: t.literal('set'), value: json }), t.partial({ was: json })]),
  t.intersection([t.type({ field, action: t.literal('unset') }), t.partial({ was: json })]),
  /** `by` is the instruction, `value` the result. */
  t.intersection([
    t.type({ field, action: t.literal('incr'), by: t.number, value: t.number }),
    t.partial({ was: t.number }),
  ]),
  /** `items` are those that were not there yet, in order; they go to the end of the list. */
  t.type({ field, action: t.literal('add'), items: t.array(json) }),
  /** `items` are those that were there; every occurrence goes. */
  t.type({ field, action: t.literal('delete'), items: t.array(json) }),
  /**
   * `value` goes to the path `submatch`; on a list, in every element that has that path. `replaced`: what was at the path, of
   * a list one for each such element, in order.
   */
  t.intersection([
    t.type({ field, action: t.literal('upsert'), submatch: t.array(t.string), value: json }),
    t.partial({ replaced: t.array(json) }),
  ]),
])
export type FieldChange = Readonly<t.TypeOf<typeof fieldChange>>

export const subscriptionChange = t.union([
  /** The whole subscription as it is from now on. */
  t.intersection([t.type({ action: t.literal('put'), subscription }), t.partial({ was: subscription })]),
  /** `subscription` holds the identity alone. */
  t.intersection([
    t.type({ action: t.literal('remove'), subscription: jsonObject }),
    t.partial({ was: subscription }),
  ]),
])
export type SubscriptionChange = Readonly<t.TypeOf<typeof subscriptionChange>>

export const changes = t.intersection([
  t.type({ changes: t.array(fieldChange), subscriptions: t.array(subscriptionChange) }),
  t.partial({
    /** What was there before is left out, because it was too much. */
    without_before: t.literal(true),
  }),
])
export type Changes = Readonly<t.TypeOf<typeof changes>>
