import fc from 'fast-check'
import type { Json, JsonObject } from '../../../domain/json.ts'

const pick = <A extends Json>(...values: ReadonlyArray<A>): fc.Arbitrary<A> => fc.constantFrom(...values)
const some = <A>(arbitrary: fc.Arbitrary<A>): fc.Arbitrary<Array<A>> => fc.array(arbitrary, { maxLength: 3 })
const oneOf = (...arbitraries: ReadonlyArray<fc.Arbitrary<Json>>): fc.Arbitrary<Json> =>
  fc.oneof(...arbitraries)

/** Objects that have some of the members. */
const partial = (members: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<JsonObject> =>
  fc.record(members, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>

// Few values, in several spellings, so that messages often act on the same profiles.
const email = pick(
  ...['ann@example.com', ' Ann@Example.com', 'bob@example.com', 'eve@example.com'],
  ...['eve@b\u00fccher.example', 'Eve@XN--BCHER-KVA.example'],
)
const phone = pick('+79000000001', '+7 (900) 000-00-01', '0079000000002', '(+7) 900\u00a00000003')
const resource = pick(24, 25)
const provider = pick('fcm', 'a:b')
const subscriptionId = pick('s1', 'b:s1')
const tag = pick('a', 'b', 'c', ' a')
const scalar = pick<Json>('123420', 123420, 'a', 'a, b', '', true, 1.5, 0)
const order = fc.record({ id: pick(1, 2), note: scalar })

const call = (action: string, value: fc.Arbitrary<Json>, submatch?: Json): fc.Arbitrary<Json> =>
  value.map((v) => ({ action, value: v, ...(submatch === undefined ? {} : { submatch }) }))
const changesList = (element: fc.Arbitrary<Json>): fc.Arbitrary<Json> =>
  fc.oneof(
    some(element),
    call('add', some(element)),
    call('delete', some(element)),
    call('set', some(element)),
  )

const subscription = fc.oneof(
  fc.record({ channel: pick('email'), resource_id: resource, email, status: pick('on', 'off', null) }),
  fc.record({ channel: pick('sms'), resource_id: resource, phone, priority: pick(1, 2) }),
  fc.record({ channel: pick('push'), resource_id: resource, provider, subscription_id: subscriptionId }),
  fc.record({ channel: pick('viber'), resource_id: resource, cc_data: pick<Json>({ chat: 1 }, { chat: 2 }) }),
)

const system = partial({
  email,
  phones: changesList(phone),
  _fname: pick<Json>('Ann', 'Bob', null),
  _bdate: pick<Json>('1990-02-28', { action: 'unset' }),
  _status: oneOf(pick(0, 1), call('incr', pick(1, -1))),
  subscriptions: fc.oneof({ weight: 6, arbitrary: some(subscription) }, { weight: 1, arbitrary: pick(null) }),
})

const custom = partial({
  CRM_ID: oneOf(scalar, pick(null)),
  bonus: oneOf(pick(1, 2), call('incr', pick(1, 0.5, -3))),
  segments: changesList(tag),
  address: oneOf(
    fc.record({ city: scalar }),
    call('upsert', scalar, 'city'),
    call('upsert', scalar, ['geo', 'lat']),
  ),
  orders: oneOf(changesList(order), call('upsert', scalar, 'note')),
  constructor: scalar,
  toString: tag,
  $where: scalar,
  'a.b:c': scalar,
})

const plausible = fc
  .tuple(system, custom, fc.boolean())
  .map(([fields, more, hasMore]): JsonObject => (hasMore ? { ...fields, ...more } : fields))
  .chain((data) =>
    fc.record(
      {
        account_id: pick(1),
        db_id: pick(1, 2),
        data: fc.constant(data),
        feedback_id: pick('f1', 'f2'),
        update_only: fc.oneof({ weight: 4, arbitrary: pick(false) }, { weight: 1, arbitrary: pick(true) }),
        skip_triggers: fc.boolean(),
        matching: pick(
          ...['email', 'email_profile', 'email_sub', 'phone', 'phone_sub', 'custom', 'custom', 'custom_sub'],
          ...['push_sub', 'email_phone', 'email_phone_sub', 'profile_id'],
        ),
        email,
        phone,
        profile_id: pick('000000000000500080000000', 'none'),
        field_name: pick('CRM_ID', 'segments', 'bonus', 'status', 'priority', 'constructor', 'a.b:c'),
        field_value: pick<Json>('123420', 123420, 'a , b', 'a', 'on', 1),
        resource_id: oneOf(resource, resource, resource, pick(null)),
        provider,
        subscription_id: subscriptionId,
      },
      {
        requiredKeys: [
          ...(['account_id', 'db_id', 'data', 'email', 'phone', 'profile_id'] as const),
          ...(['field_name', 'field_value', 'provider', 'subscription_id'] as const),
        ],
      },
    ),
  )
  .map((message) => message as JsonObject)

const nested = (levels: number): Json => {
  let value: Json = 1
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value }
  return value
}

const anything: fc.Arbitrary<Json> = oneOf(
  scalar,
  pick<Json>(null, -1, 2 ** 53, Number.MAX_SAFE_INTEGER, 1e308, '\ud800', 'not an address', { $ne: null }),
  pick<Json>(nested(29), nested(40), [[]], ['a', 1], { action: 'upsert', value: 1, submatch: '__proto__.x' }),
  pick<Json>(
    { action: 'incr' },
    { action: 'incr', value: 'x' },
    { action: 'add', value: 1 },
    { action: 'delete', value: [] },
  ),
  fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json),
)

/** An own member whatever its name: `{...object, [name]: value}` works for `__proto__`, an assignment would not. */
const withMember = (object: JsonObject, name: string, value: Json): JsonObject =>
  Object.fromEntries([...Object.entries(object), [name, value]])

const hostileNames = ['__proto__', 'constructor', 'hasOwnProperty', '$set', '', '\udfff', 'extra']

/** A plausible message with anything as one of its members. */
const damaged = fc
  .tuple(
    plausible,
    pick('account_id', 'db_id', 'data', 'feedback_id', 'matching', 'email', 'resource_id', ...hostileNames),
    anything,
  )
  .map(([message, name, value]) => withMember(message, name, value))

/** A plausible message with anything as one member of its `data`. */
const damagedData = fc
  .tuple(
    plausible,
    pick('email', 'phones', '_status', 'bonus', 'orders', 'subscriptions', ...hostileNames),
    anything,
  )
  .map(([message, name, value]) => ({
    ...message,
    data: withMember(message.data as JsonObject, name, value),
  }))

/**
 * Messages for a few profiles in two databases, so that they often act on the same ones; many are invalid, some
 * hostile.
 */
export const arbitraryMessage = (): fc.Arbitrary<JsonObject> =>
  fc.oneof(
    { weight: 8, arbitrary: plausible },
    { weight: 1, arbitrary: damaged },
    { weight: 1, arbitrary: damagedData },
  )
