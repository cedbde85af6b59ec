import type { Reply } from '../../application/ports/reply-sink.ts'
import type { MessageProperties } from '../../domain/events/current.ts'
import { safeJson } from '../text/safe-json.ts'
import type { OutgoingMessage } from './publish-once.ts'

/**
 * A reply as published: a body of exactly five members, and everything else in properties and headers. `now` in
 * milliseconds since 1970.
 */
export const replyMessage = (reply: Reply, now: number): OutgoingMessage => {
  const { error, error_text, feedback_id, matching_field, profile_id } = reply.body
  const correlationId = correlationOf(reply.properties)
  return {
    body: Buffer.from(safeJson({ error, error_text, feedback_id, matching_field, profile_id })),
    options: {
      mandatory: true,
      persistent: true,
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      messageId: reply.importId,
      appId: 'profile-importer',
      timestamp: Math.floor(now / 1000),
      headers: {
        ...{ import_id: reply.importId, verdict: reply.verdict, position: reply.position },
        ...(reply.leftAlone !== undefined && { left_alone: reply.leftAlone }),
      },
      ...(correlationId === undefined ? {} : { correlationId }),
    },
  }
}

/** The request's `correlation_id`, or else its `message_id`, unchanged. */
const correlationOf = (properties: MessageProperties): string | Buffer | undefined => {
  const name = properties.correlation_id === undefined ? 'message_id' : 'correlation_id'
  const base64 = properties.base64?.[name]
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  const text = properties[name]
  return text !== undefined && fitsProperty(text) ? text : undefined
}

/**
 * An AMQP property holds 255 bytes. Text from earlier versions that was not valid UTF-8 is longer than the original.
 */
export const fitsProperty = (text: string): boolean => text !== '' && Buffer.byteLength(text) <= 255
