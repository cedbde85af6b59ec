import * as t from 'io-ts'
import type { Database, ImportId, ProfileId } from '../../ids.ts'
import type { Json, JsonObject } from '../../json.ts'

// Frozen: events of this shape stand in logs. Optional members may be added; nothing else may change. What later versions
// need, an upcaster makes.

const guarded = <A>(name: string, is: (value: unknown) => value is A) =>
  new t.Type<A, A, unknown>(name, is, (u, c) => (is(u) ? t.success(u) : t.failure(u, c)), t.identity)

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
export const importId = guarded('Uuid', (u): u is ImportId => typeof u === 'string' && uuidPattern.test(u))
export const profileId = guarded(
  'ProfileId',
  (u): u is ProfileId => typeof u === 'string' && /^[0-9a-f]{24}$/.test(u),
)
export const positiveInt = guarded(
  'PositiveInt',
  (u): u is Database['account_id'] => Number.isSafeInteger(u) && Number(u) >= 1,
)
export const json = guarded('Json', (u): u is Json => u !== undefined)
export const jsonObject = guarded(
  'JsonObject',
  (u): u is JsonObject => typeof u === 'object' && u !== null && !Array.isArray(u),
)

export const utcTimePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
/** RFC 3339, UTC. */
export const utcTime = guarded('UtcTime', (u): u is string => {
  if (typeof u !== 'string' || !utcTimePattern.test(u)) return false
  const milliseconds = Date.parse(u)
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().slice(0, 10) === u.slice(0, 10)
})

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

/**
 * A reason why a message was refused. Carries names and limits, never a value from the message. A name that the message
 * chose is cut and printable.
 */
export const reason = t.union([
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
  /** `limit`: `fields`, `profile_bytes` and the like. */
  t.type({ tag: t.literal('LimitExceeded'), limit: t.string, maximum: t.number }),
  /** The import is done, but its outcome cannot be read any more. */
  t.type({ tag: t.literal('OutcomeUnreadable') }),
  t.type({ tag: t.literal('Defect') }),
])
export type Reason = Readonly<t.TypeOf<typeof reason>>

const database = { account_id: positiveInt, db_id: positiveInt }
const ofProfile = t.type({ ...database, profile_id: profileId })
export const changes = t.intersection([
  t.type({ changes: t.array(fieldChange), subscriptions: t.array(subscriptionChange) }),
  t.partial({
    /** What was there before is left out, because it was too much. */
    without_before: t.literal(true),
  }),
])
export type Changes = Readonly<t.TypeOf<typeof changes>>

export const profileCreated = t.type({
  type: t.literal('ProfileCreated'),
  public: t.intersection([ofProfile, t.type({ verdict: t.literal('created'), code: t.literal(0) })]),
  personal: changes,
})
export type ProfileCreated = Readonly<t.TypeOf<typeof profileCreated>>

/** Recorded also when nothing changed: then both lists are empty. */
export const profileUpdated = t.type({
  type: t.literal('ProfileUpdated'),
  public: t.intersection([
    ofProfile,
    t.type({ verdict: t.keyof({ updated: null, unchanged: null }), code: t.literal(0) }),
  ]),
  personal: changes,
})
export type ProfileUpdated = Readonly<t.TypeOf<typeof profileUpdated>>

/** The reasons' tags are public; what they name may come from the message. The first reason decides the code. */
export const importRejected = t.type({
  type: t.literal('ImportRejected'),
  public: t.intersection([
    t.type({ verdict: t.literal('rejected'), code: t.number, reason_tags: t.array(t.string) }),
    t.partial(database),
  ]),
  personal: t.type({ reasons: t.array(reason) }),
})
export type ImportRejected = Readonly<t.TypeOf<typeof importRejected>>

/**
 * A producer sent a message again whose import was done: nothing changed, and this is not an outcome. Code, profile and
 * reasons are those of the first import.
 */
export const importRepeated = t.type({
  type: t.literal('ImportRepeated'),
  public: t.intersection([
    t.type({
      verdict: t.literal('duplicate'),
      first_import_id: importId,
      code: t.number,
      reason_tags: t.array(t.string),
    }),
    t.partial(database),
    t.union([
      t.type({
        first_verdict: t.keyof({ created: null, updated: null, unchanged: null }),
        profile_id: profileId,
      }),
      t.type({ first_verdict: t.literal('rejected') }),
    ]),
  ]),
  personal: t.type({ reasons: t.array(reason) }),
})
export type ImportRepeated = Readonly<t.TypeOf<typeof importRepeated>>

export const domainEvent = t.union([profileCreated, profileUpdated, importRejected, importRepeated])
/** What happened. */
export type DomainEvent = t.TypeOf<typeof domainEvent>

/** Where a message came from. */
export const importSource = t.union([
  t.type({ kind: t.literal('queue'), queue: t.string }),
  t.type({ kind: t.literal('ndjson'), run: t.string, line: t.number }),
])
export type ImportOrigin = Readonly<t.TypeOf<typeof importSource>>

/** What is left when a person is erased: no more than that something happened, when, and to which pseudonym. */
export const publicContext = t.intersection([
  t.type({
    schema_version: t.literal(2),
    import_id: importId,
    /** When the message was taken from its source. */
    time: utcTime,
    source: importSource,
    /** True when the source tells the message from every other: by its `message_id`, or by its line of a file. */
    identified: t.boolean,
    /** The matching mode asked for, the default if none, '' when it is not a mode. */
    mode: t.string,
    skip_triggers: t.boolean,
  }),
  t.partial({
    /** The kinds of the identity keys that were looked for, without repeats; absent when nothing was looked for. */
    key_kinds: t.array(t.string),
    /** How many profiles had the keys, counted to 100. */
    candidates: t.number,
    /** The import whose kept message this one submits again. */
    replay_of: importId,
    /** The version in which the event stands in the log, where that is an older one. */
    recorded_version: t.number,
  }),
])
export type PublicContext = Readonly<t.TypeOf<typeof publicContext>>

const ids = { message_id: t.string, app_id: t.string, correlation_id: t.string }

/**
 * The AMQP properties of the message that its reply and its audit need. One that is not UTF-8 has U+FFFD in its text, and
 * its bytes in `base64`.
 */
export const messageProperties = t.partial({
  ...ids,
  base64: t.partial(ids),
  /** Validated by the broker. */
  user_id: t.string,
  timestamp: t.number,
  type: t.string,
})
export type MessageProperties = Readonly<t.TypeOf<typeof messageProperties>>

/** What a person could be known by. */
export const personalContext = t.intersection([
  t.type({
    properties: messageProperties,
    /** '' when the message has none that is a string. */
    feedback_id: t.string,
    /** Length and SHA-256 (hex) of the body as received. */
    bytes: t.number,
    sha256: t.string,
    /** What was accepted but looks wrong. */
    warnings: t.array(t.intersection([t.type({ tag: t.string }), t.record(t.string, json)])),
  }),
  t.partial({
    /** 16 random bytes, base64url: a commitment to this part can't be guessed. Absent only in events of older versions. */
    salt: t.string,
    /** The identity keys that decided. */
    keys: t.array(t.string),
    headers: t.record(t.string, t.union([t.string, t.number, t.boolean])),
    reply_to: t.string,
    traceparent: t.string,
    /** Of a replay: what was changed in the message before it was submitted again. */
    fixes: t.array(jsonObject),
  }),
])
export type PersonalContext = Readonly<t.TypeOf<typeof personalContext>>

/** The message as received: text where it is UTF-8, else base64. One over the limit keeps its first 16 KiB as base64. */
export const keptMessage = t.intersection([
  t.type({ encoding: t.keyof({ utf8: null, base64: null }), body: t.string }),
  t.partial({ truncated: t.literal(true) }),
])
export type KeptMessage = Readonly<t.TypeOf<typeof keptMessage>>

/** Why an event is there, in three parts that can be erased, sealed and retained each on its own. */
export const eventContext = t.type({
  public: publicContext,
  personal: personalContext,
  message: keptMessage,
})
export type EventContext = Readonly<t.TypeOf<typeof eventContext>>

/** What happened, and why. */
export const importEvent = t.intersection([domainEvent, eventContext])
export type ImportEvent = Readonly<t.TypeOf<typeof importEvent>>
