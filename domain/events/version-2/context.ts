import * as t from 'io-ts'
import { importId, json, jsonObject, utcTime } from './primitives.ts'

// Frozen: logs contain such events. Optional members may be added; nothing else may change.

/** Where a message came from. */
export const messageSource = t.union([
  t.type({ kind: t.literal('queue'), queue: t.string }),
  t.type({ kind: t.literal('ndjson'), run: t.string, line: t.number }),
])
export type MessageSource = Readonly<t.TypeOf<typeof messageSource>>

/** What remains when a person is erased: only that something happened, when, and to which profile id. */
export const publicContext = t.intersection([
  t.type({
    schema_version: t.literal(2),
    import_id: importId,
    /** When the message was taken from its source. */
    time: utcTime,
    source: messageSource,
    /** Whether the source identifies the message: by its `message_id`, or by its line in a file. */
    identified: t.boolean,
    /** The requested matching mode; the default if none, '' if invalid. */
    mode: t.string,
    skip_triggers: t.boolean,
  }),
  t.partial({
    /** The kinds of the identity keys that were looked up, each once; absent if nothing was looked up. */
    key_kinds: t.array(t.string),
    /** How many profiles had the keys, counted up to 100. */
    candidates: t.number,
    /** The import whose kept message this one resubmits. */
    replay_of: importId,
    /** The version in which the event was recorded, if that is an older one. */
    recorded_version: t.number,
  }),
])
export type PublicContext = Readonly<t.TypeOf<typeof publicContext>>

const ids = { message_id: t.string, app_id: t.string, correlation_id: t.string }

/**
 * The AMQP properties of the message that its reply and its audit need. If one is not UTF-8, its text contains U+FFFD,
 * and `base64` has its bytes.
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

/** What could identify a person. */
export const personalContext = t.intersection([
  t.type({
    properties: messageProperties,
    /** '' if the message has none that is a string. */
    feedback_id: t.string,
    /** Length and SHA-256 (hex) of the body as received. */
    bytes: t.number,
    sha256: t.string,
    /** Things that were accepted but look wrong. */
    warnings: t.array(t.intersection([t.type({ tag: t.string }), t.record(t.string, json)])),
  }),
  t.partial({
    /** 16 random bytes, base64url: keeps this part from being guessed from its hash. Absent only in older events. */
    salt: t.string,
    /** The identity keys that found the profile, or all keys if none did. */
    keys: t.array(t.string),
    headers: t.record(t.string, t.union([t.string, t.number, t.boolean])),
    reply_to: t.string,
    traceparent: t.string,
    /** In a replay: what was changed in the message before it was resubmitted. */
    fixes: t.array(jsonObject),
  }),
])
export type PersonalContext = Readonly<t.TypeOf<typeof personalContext>>

/**
 * The message as received: text if it is UTF-8, otherwise base64. If it exceeds the limit: its first 16 KiB as base64.
 */
export const keptMessage = t.intersection([
  t.type({ encoding: t.keyof({ utf8: null, base64: null }), body: t.string }),
  t.partial({ truncated: t.literal(true) }),
])
export type KeptMessage = Readonly<t.TypeOf<typeof keptMessage>>

/** Where an event came from, in three parts, so that each can be erased, sealed or retained separately. */
export const eventContext = t.type({
  public: publicContext,
  personal: personalContext,
  message: keptMessage,
})
export type EventContext = Readonly<t.TypeOf<typeof eventContext>>
