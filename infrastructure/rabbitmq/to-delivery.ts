import type { ConsumeMessage } from 'amqplib'
import type { Delivery, OversizeBody } from '../../application/ports/import-source.ts'
import type { MessageProperties, MessageSource } from '../../domain/events/current.ts'
import { importIdCodec } from '../../domain/ids.ts'
import type { Writable } from '../../domain/writable.ts'
import { scalarHeaders } from './scalar-headers.ts'

/** The header in which a message names the earlier import that it resubmits. */
export const replayOfHeader = 'replay_of'
/** The header that says what was changed in the message before. */
export const replayFixesHeader = 'replay_fixes'
/** The header that lets a replay overwrite what later imports have changed. */
export const replayOverwriteHeader = 'replay_overwrite'
/** The header that proves them. */
export const replayMarkHeader = 'replay_mark'
/** Events record these in members of their own, or not at all. */
const ofReplays: ReadonlySet<string> = new Set([
  ...[replayOfHeader, replayFixesHeader, replayOverwriteHeader, replayMarkHeader],
])

/**
 * `receivedAt` in milliseconds since 1970. A property that is not text, or is empty, counts as absent; ids may be
 * bytes.
 */
export const toDelivery = (
  message: ConsumeMessage,
  oversize: OversizeBody | undefined,
  source: MessageSource,
  receivedAt: number,
): Delivery => {
  const { messageId, appId, correlationId, contentEncoding, headers } = message.properties
  const { userId, timestamp, type } = message.properties
  const properties: Writable<MessageProperties> = {}
  setId(properties, 'message_id', messageId)
  setId(properties, 'app_id', appId)
  setId(properties, 'correlation_id', correlationId)
  if (isText(userId)) properties.user_id = userId
  if (Number.isSafeInteger(timestamp)) properties.timestamp = timestamp
  if (isText(type)) properties.type = type
  const replayOf: unknown = headers?.[replayOfHeader]
  const fixes: unknown = headers?.[replayFixesHeader]
  const replayMark: unknown = headers?.[replayMarkHeader]
  const delivery: Writable<Delivery> = {
    body: oversize ?? ownBytes(message.content),
    source,
    properties,
    redelivered: message.fields.redelivered,
    receivedAt,
  }
  const scalars = headers && scalarHeaders(headers, ofReplays)
  if (scalars !== undefined) delivery.headers = scalars
  if (isText(contentEncoding)) delivery.contentEncoding = contentEncoding
  if (importIdCodec.is(replayOf)) delivery.replayOf = replayOf
  if (isText(fixes)) delivery.fixes = fixes
  if (headers?.[replayOverwriteHeader] === true) delivery.overwrite = true
  if (isText(replayMark)) delivery.replayMark = replayMark
  return delivery
}

/** A buffer read from the socket is held as long as any body in it is; most of it may be headers. */
const ownBytes = (content: Buffer): Buffer =>
  content.length * 2 < content.buffer.byteLength ? Buffer.from(content) : content

const setId = (
  properties: Writable<MessageProperties>,
  name: keyof NonNullable<MessageProperties['base64']>,
  id: unknown,
): void => {
  if (isText(id)) properties[name] = id
  else if (Buffer.isBuffer(id)) {
    properties[name] = id.toString('utf8')
    properties.base64 = { ...properties.base64, [name]: id.toString('base64') }
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
