import * as t from 'io-ts'
import { jsonCodec } from './json.ts'

/**
 * A contact that a profile has on a resource. Its identity within the profile is resource, channel and contact;
 * members beyond those named here (status, priority and the caller's own) are any JSON.
 */
export const subscriptionCodec = t.intersection([
  t.type({ channel: t.string, resource_id: t.number }),
  t.partial({
    email: t.string,
    phone: t.string,
    provider: t.string,
    subscription_id: t.string,
    cc_data: jsonCodec,
  }),
  t.record(t.string, jsonCodec),
])
export type Subscription = Readonly<t.TypeOf<typeof subscriptionCodec>>
