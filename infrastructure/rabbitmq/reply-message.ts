import type { Reply } from '../../application/ports/reply-sink.ts'
import { safeJson } from '../text/safe-json.ts'
import type { OutgoingMessage } from './publish-once.ts'

/**
 * A reply as it goes to the queue: a body of exactly five members, everything else in properties and headers.
 * `now` in milliseconds since 1970.
 */
export const replyMessage = (reply: Reply, now: number): OutgoingMessage => {
  const { error, error_text, feedback_id, matching_field, profile_id } = reply.body
  const correlationId = reply.properties.correlation_id ?? reply.properties.message_id
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
      headers: { import_id: reply.importId, verdict: reply.verdict, position: reply.position },
      ...(correlationId !== undefined && fitsProperty(correlationId) ? { correlationId } : {}),
    },
  }
}

/** An AMQP property holds 255 bytes; one that came as broken UTF-8 is longer now than it was. */
export const fitsProperty = (text: string): boolean => text !== '' && Buffer.byteLength(text) <= 255
