import { isUtf8 } from 'node:buffer'
import type { ConsumeMessage } from 'amqplib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { importIdOf } from '../../../application/import-id.ts'
import { replyMessage } from '../../../infrastructure/rabbitmq/reply-message.ts'
import { toDelivery } from '../../../infrastructure/rabbitmq/to-delivery.ts'
import { replyNumber } from '../../contract/reply-sink.ts'

const source = { kind: 'queue', queue: 'q' } as const

/** The ids of a message as the connection delivers it. */
const propertiesOf = (messageId: Buffer) => {
  const message = {
    content: Buffer.from('{}'),
    fields: { redelivered: false },
    properties: { messageId: isUtf8(messageId) ? messageId.toString() : messageId },
  }
  return toDelivery(message as ConsumeMessage, undefined, source, 0).properties
}

/** Mostly ids with the same text. */
const id = fc
  .array(fc.constantFrom(0x61, 0x80, 0xbf, 0xc3, 0xef, 0xbd, 0xff), { minLength: 1, maxLength: 255 })
  .map((bytes) => Buffer.from(bytes))

describe('an id that is bytes', () => {
  test('gives a distinct import id, and is returned unchanged', () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        const [ofA, ofB] = [propertiesOf(a), propertiesOf(b)]
        expect(importIdOf(source, ofA) === importIdOf(source, ofB)).toBe(a.equals(b))
        const reply = { ...replyNumber(1, source), properties: ofA }
        expect(Buffer.from(replyMessage(reply, 0).options.correlationId ?? '')).toEqual(a)
      }),
      { numRuns: 2000 },
    )
  })

  test('gives the same import id as ever if it is UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (text) => {
        expect(importIdOf(source, propertiesOf(Buffer.from(text)))).toBe(
          importIdOf(source, { message_id: text }),
        )
      }),
    )
  })
})
