import * as t from 'io-ts'
import { importId, json, jsonObject, utcTime } from './primitives.ts'

// Frozen: events of this shape stand in logs. Optional members may be added; nothing else may change.

/** Where a message came from. */
export const messageSource = t.union([
  t.type({ kind: t.literal('queue'), queue: t.string }),
  t.type({ kind: t.literal('ndjson'), run: t.string, line: t.number }),
])
export type MessageSource = Readonly<t.TypeOf<typeof messageSource>>

/** What is left when a person is erased: no more than that something happened, when, and to which pseudonym. */
export const publicContext = t.intersection([
  t.type({
    schema_version: t.literal(2),
    import_id: importId,
    /** When the message was taken from its source. */
    time: utcTime,
    source: messageSource,
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
