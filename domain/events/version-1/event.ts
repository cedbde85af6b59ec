import * as t from 'io-ts'
import type { Database, ImportId, ProfileId } from '../../ids.ts'
import type { Json, JsonObject } from '../../json.ts'

// Frozen: old logs contain such events. Convert in `upcast.ts`; never change this file.

const guarded = <A>(name: string, is: (value: unknown) => value is A) =>
  new t.Type<A, A, unknown>(name, is, (u, c) => (is(u) ? t.success(u) : t.failure(u, c)), t.identity)

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const importId = guarded('Uuid', (u): u is ImportId => typeof u === 'string' && uuidPattern.test(u))
const profileId = guarded(
  'ProfileId',
  (u): u is ProfileId => typeof u === 'string' && /^[0-9a-f]{24}$/.test(u),
)
const positiveInt = guarded(
  'PositiveInt',
  (u): u is Database['account_id'] => Number.isSafeInteger(u) && Number(u) >= 1,
)
const json = guarded('Json', (u): u is Json => u !== undefined)
const jsonObject = guarded(
  'JsonObject',
  (u): u is JsonObject => typeof u === 'object' && u !== null && !Array.isArray(u),
)

const utcTimePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const utcTime = guarded('UtcTime', (u): u is string => {
  if (typeof u !== 'string' || !utcTimePattern.test(u)) return false
  const milliseconds = Date.parse(u)
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().slice(0, 10) === u.slice(0, 10)
})

const field = t.string
const fieldChange = t.union([
  t.type({ field, action: t.literal('set'), value: json }),
  t.type({ field, action: t.literal('unset') }),
  t.type({ field, action: t.literal('incr'), by: t.number, value: t.number }),
  t.type({ field, action: t.literal('add'), items: t.array(json) }),
  t.type({ field, action: t.literal('delete'), items: t.array(json) }),
  t.type({ field, action: t.literal('upsert'), submatch: t.array(t.string), value: json }),
])

const subscription = t.intersection([
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
const subscriptionChange = t.union([
  t.type({ action: t.literal('put'), subscription }),
  t.type({ action: t.literal('remove'), subscription: jsonObject }),
])

const rejection = t.union([
  t.type({ tag: t.literal('NotUtf8') }),
  t.type({ tag: t.literal('NotJson') }),
  t.type({ tag: t.literal('NotAnObject') }),
  t.type({ tag: t.literal('MissingMember'), member: t.string, because: t.string }),
  t.type({ tag: t.literal('BadMember'), member: t.string, expected: t.string }),
  t.type({ tag: t.literal('UnknownField'), field: t.string }),
  t.type({ tag: t.literal('UnfitAction'), field: t.string, action: t.string, type: t.string }),
  t.type({ tag: t.literal('UnmatchableField'), field: t.string }),
  t.type({ tag: t.literal('UnknownDatabase') }),
  t.type({ tag: t.literal('ProfileNotFound') }),
  t.type({ tag: t.literal('SeveralMatches'), candidates: t.number }),
  t.type({ tag: t.literal('MessageIdReused') }),
  t.type({ tag: t.literal('LimitExceeded'), limit: t.string, maximum: t.number }),
  t.type({ tag: t.literal('OutcomeUnreadable') }),
  t.type({ tag: t.literal('Defect') }),
])

const outcome = t.union([
  t.type({ verdict: t.keyof({ created: null, updated: null, unchanged: null }), profile_id: profileId }),
  t.type({ verdict: t.literal('rejected'), rejection }),
])

const ofProfile = t.type({ account_id: positiveInt, db_id: positiveInt, profile_id: profileId })

const changed = { changes: t.array(fieldChange), subscriptions: t.array(subscriptionChange) }

const domainEvent = t.union([
  t.type({
    type: t.literal('ProfileCreated'),
    data: t.intersection([ofProfile, t.type(changed)]),
  }),
  t.type({
    type: t.literal('ProfileUpdated'),
    data: t.intersection([ofProfile, t.type(changed)]),
  }),
  t.type({
    type: t.literal('ImportRejected'),
    data: t.intersection([
      t.type({ code: t.number, rejection }),
      t.partial({ account_id: t.number, db_id: t.number }),
    ]),
  }),
  t.type({
    type: t.literal('ImportRepeated'),
    data: t.type({ first_import_id: importId, first_outcome: outcome }),
  }),
])

const ids = { message_id: t.string, app_id: t.string, correlation_id: t.string }

export const metadata = t.intersection([
  t.type({
    schema_version: t.literal(1),
    import_id: importId,
    time: utcTime,
    source: t.union([
      t.type({ kind: t.literal('queue'), queue: t.string }),
      t.type({ kind: t.literal('ndjson'), run: t.string, line: t.number }),
    ]),
    properties: t.partial({ ...ids, base64: t.partial(ids) }),
    message: t.intersection([
      t.type({
        encoding: t.keyof({ utf8: null, base64: null }),
        body: t.string,
        bytes: t.number,
        sha256: t.string,
      }),
      t.partial({ truncated: t.literal(true) }),
    ]),
    feedback_id: t.string,
    matching: t.string,
    skip_triggers: t.boolean,
  }),
  t.partial({
    match: t.type({ keys: t.array(t.string), candidates: t.number }),
    replay_of: importId,
  }),
])

export const importEvent = t.intersection([domainEvent, t.type({ metadata })])
export type ImportEvent = Readonly<t.TypeOf<typeof importEvent>>
export type Metadata = ImportEvent['metadata']
