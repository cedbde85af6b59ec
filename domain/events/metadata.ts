import * as t from 'io-ts'
import { isDate } from '../fields/date.ts'
import { importIdCodec } from '../ids.ts'

export const utcTimePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

const isUtcTime = (value: unknown): value is string =>
  typeof value === 'string' && utcTimePattern.test(value) && isDate(value) && !Number.isNaN(Date.parse(value))

/** RFC 3339, UTC. An event whose time is not valid has been damaged. */
export const utcTimeCodec = new t.Type<string, string, unknown>(
  'UtcTime',
  isUtcTime,
  (value, context) => (isUtcTime(value) ? t.success(value) : t.failure(value, context)),
  t.identity,
)

/** Where a message came from. */
export const importSourceCodec = t.union([
  t.type({ kind: t.literal('queue'), queue: t.string }),
  t.type({ kind: t.literal('ndjson'), run: t.string, line: t.number }),
])
export type ImportOrigin = Readonly<t.TypeOf<typeof importSourceCodec>>

/**
 * The message as received: text where it is UTF-8, else base64. One over MAX_MESSAGE_BYTES keeps its first
 * 16 KiB as base64, with `truncated`; `bytes` and `sha256` (hex) are always those of the whole.
 */
export const receivedMessageCodec = t.intersection([
  t.type({
    encoding: t.keyof({ utf8: null, base64: null }),
    body: t.string,
    bytes: t.number,
    sha256: t.string,
  }),
  t.partial({ truncated: t.literal(true) }),
])
export type ReceivedMessage = Readonly<t.TypeOf<typeof receivedMessageCodec>>

const ids = { message_id: t.string, app_id: t.string, correlation_id: t.string }

/**
 * The AMQP properties of the message that its reply and its audit need. One that is not UTF-8 has U+FFFD in its text, and
 * its bytes in `base64`.
 */
export const messagePropertiesCodec = t.partial({ ...ids, base64: t.partial(ids) })
export type MessageProperties = Readonly<t.TypeOf<typeof messagePropertiesCodec>>

export const schemaVersion = 1

/** Why an event is there. */
export const eventMetadataCodec = t.intersection([
  t.type({
    schema_version: t.literal(schemaVersion),
    import_id: importIdCodec,
    /** When the message was taken from its source: RFC 3339, UTC. */
    time: utcTimeCodec,
    source: importSourceCodec,
    properties: messagePropertiesCodec,
    message: receivedMessageCodec,
    /** '' when the message has none that is a string. */
    feedback_id: t.string,
    /** The mode asked for, the default if none, '' when it is not a mode. */
    matching: t.string,
    skip_triggers: t.boolean,
  }),
  t.partial({
    /** The identity keys that decided, and how many profiles had them (counted to 100). */
    match: t.type({ keys: t.array(t.string), candidates: t.number }),
    /** The import whose kept message this one submits again. */
    replay_of: importIdCodec,
  }),
])
export type EventMetadata = Readonly<t.TypeOf<typeof eventMetadataCodec>>

/** True when the source tells the message from every other: by its `message_id`, or by its line of a file. */
export const isIdentified = ({ source, properties }: EventMetadata): boolean =>
  source.kind === 'ndjson' || properties.message_id !== undefined
