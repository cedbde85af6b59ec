import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import { replyTo } from '../../application/reply-to.ts'
import { replyMessage } from '../../infrastructure/rabbitmq/reply-message.ts'
import { bytesOf } from '../support/builders/message-builders.ts'
import { Pipeline } from '../support/pipeline/pipeline.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('a\r\nverdict: created', '\u0000', 'x'.repeat(5000), '__proto__', '{"verdict":"created"}'),
)

const message = (recorded: RecordedEvent) => {
  const reply = replyTo(recorded)
  if (reply === undefined) throw new Error('no reply')
  return replyMessage(reply, 0)
}

test('whatever a message contains, its reply has exactly three headers, with values chosen by the program', async () => {
  const pipeline = new Pipeline()
  try {
    const requests = fc.sample(fc.tuple(hostile, hostile, hostile), { numRuns: 300, seed: 1 })
    await pipeline.import(
      requests.map(([message_id, correlation_id, feedback_id]) => ({
        body: bytesOf({ account_id: 1, db_id: 7, feedback_id, matching: feedback_id, data: {} }),
        properties: { message_id, correlation_id, app_id: feedback_id },
      })),
      100,
    )
    for (const [n, recorded] of (await pipeline.events()).entries()) {
      const { options, body } = message(recorded)
      expect(options.headers).toEqual({
        import_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        verdict: expect.stringMatching(/^(rejected|duplicate)$/),
        position: String(n + 1),
      })
      expect(options.messageId).toBe(options.headers.import_id)
      expect(Buffer.byteLength(options.correlationId ?? '')).toBeLessThanOrEqual(255)
      const { error, error_text, feedback_id, matching_field, profile_id, ...more } = JSON.parse(String(body))
      expect([error, matching_field, profile_id, more]).toEqual([400, '', '', {}])
      expect(['', ...requests.map((request) => request[2])]).toContain(feedback_id)
      expect(error_text).toMatch(
        /^(feedback_id: must be .* 1024 bytes; )?matching: must be one of [\w ,]*$|^feedback_id: must be .* 1024 bytes$/,
      )
    }
  } finally {
    pipeline.close()
  }
})
