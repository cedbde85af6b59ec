import type { ConsumeMessage } from 'amqplib'
import type { Delivery } from '../../application/ports/import-source.ts'
import type { ImportOrigin, MessageProperties } from '../../domain/events/metadata.ts'
import { importIdCodec } from '../../domain/ids.ts'

/** The header by which a message says which earlier import it submits again. */
export const replayOfHeader = 'replay_of'

/** `receivedAt` in milliseconds since 1970. A property that is no text, or empty, counts as absent. */
export const toDelivery = (message: ConsumeMessage, origin: ImportOrigin, receivedAt: number): Delivery => {
  const { messageId, appId, correlationId, contentEncoding, headers } = message.properties
  const properties: { -readonly [name in keyof MessageProperties]: MessageProperties[name] } = {}
  if (isText(messageId)) properties.message_id = messageId
  if (isText(appId)) properties.app_id = appId
  if (isText(correlationId)) properties.correlation_id = correlationId
  const replayOf: unknown = headers?.[replayOfHeader]
  return {
    body: message.content,
    origin,
    properties,
    ...(isText(contentEncoding) ? { contentEncoding } : {}),
    ...(importIdCodec.is(replayOf) ? { replayOf } : {}),
    redelivered: message.fields.redelivered,
    receivedAt,
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
