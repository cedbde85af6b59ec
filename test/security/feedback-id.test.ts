import { expect, test } from 'vitest'
import { replyTo } from '../../application/reply-to.ts'
import { buildMessage, bytesOf } from '../support/builders/message-builders.ts'
import { Pipeline } from '../support/pipeline/pipeline.ts'

const replies = async (feedbackIds: ReadonlyArray<string>) => {
  const pipeline = new Pipeline()
  const messages = feedbackIds.map((feedback_id, n) =>
    buildMessage({ feedback_id, email: `p${n}@example.com` }),
  )
  await pipeline.import(
    messages.map((message) => ({ body: bytesOf(message) })),
    10,
  )
  const events = await pipeline.events()
  pipeline.close()
  return events.map((event) => replyTo(event)?.body)
}

test('a feedback_id of 1,024 bytes is returned', async () => {
  const fitting = ['x'.repeat(1024), 'é'.repeat(512), '👩'.repeat(256)]
  expect(await replies(fitting)).toMatchObject(fitting.map((feedback_id) => ({ error: 0, feedback_id })))
})

test('a longer one is refused and not returned', async () => {
  const tooLong = ['x'.repeat(1025), `${'é'.repeat(512)}x`, '👩'.repeat(257), 'x'.repeat(100_000)]
  const refusal = {
    error: 400,
    error_text: 'feedback_id: must be a string of at most 1024 bytes',
    feedback_id: '',
    matching_field: 'email',
    profile_id: '',
  }
  expect(await replies(tooLong)).toEqual(tooLong.map(() => refusal))
})
