import * as t from 'io-ts'
import { jsonCodec, jsonObjectCodec } from './json.ts'
import { subscriptionCodec } from './subscription.ts'

const field = t.string

/**
 * What an import did to one field, resolved: a change holds all that a fold needs, in normal form, so that
 * today's settings are never asked to explain yesterday's event. A change without effect is not recorded.
 */
export const fieldChangeCodec = t.union([
  t.type({ field, action: t.literal('set'), value: jsonCodec }),
  t.type({ field, action: t.literal('unset') }),
  /** `by` is the instruction, `value` the result. */
  t.type({ field, action: t.literal('incr'), by: t.number, value: t.number }),
  /** `items` are those that were not there yet, in order; they go to the end of the list. */
  t.type({ field, action: t.literal('add'), items: t.array(jsonCodec) }),
  /** `items` are those that were there; every occurrence goes. */
  t.type({ field, action: t.literal('delete'), items: t.array(jsonCodec) }),
  /** `value` goes to the path `submatch`; on a list, in every element that has that path. */
  t.type({ field, action: t.literal('upsert'), submatch: t.array(t.string), value: jsonCodec }),
])
export type FieldChange = Readonly<t.TypeOf<typeof fieldChangeCodec>>

export const subscriptionChangeCodec = t.union([
  /** The whole subscription as it is from now on. */
  t.type({ action: t.literal('put'), subscription: subscriptionCodec }),
  t.type({ action: t.literal('remove'), subscription: jsonObjectCodec }),
])
export type SubscriptionChange = Readonly<t.TypeOf<typeof subscriptionChangeCodec>>
