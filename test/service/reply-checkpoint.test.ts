import { afterEach, beforeEach, expect, test } from 'vitest'
import { beginning } from '../../application/ports/position.ts'
import {
  prepareReplyCheckpoint,
  ReplyCheckpointMissing,
  replyCheckpoint,
} from '../../service/reply-checkpoint.ts'
import { buildMessage, bytesOf } from '../support/builders/message-builders.ts'
import { Pipeline, queue } from '../support/pipeline/pipeline.ts'

let pipeline: Pipeline
beforeEach(async () => {
  pipeline = new Pipeline()
  await pipeline.import([{ body: bytesOf(buildMessage({ email: 'ann@example.com' })) }], 1)
  await pipeline.project()
})
afterEach(() => pipeline.close())

test('imports without a reply checkpoint prevent the start', async () => {
  const { eventStore, auditIndex } = pipeline.stores
  await expect(prepareReplyCheckpoint(eventStore, auditIndex, queue, undefined)).rejects.toThrow(
    ReplyCheckpointMissing,
  )
})

test('another process may start and import at the same time', async () => {
  const { eventStore, auditIndex } = pipeline.stores
  const checkpoint = replyCheckpoint(eventStore, queue)
  const beside: typeof auditIndex = {
    ...auditIndex,
    recent: async (...asked) => {
      await checkpoint.write(undefined, beginning)
      return auditIndex.recent(...asked)
    },
  }
  await prepareReplyCheckpoint(eventStore, beside, queue, undefined)
  expect(await checkpoint.read()).toBe(beginning)
})
