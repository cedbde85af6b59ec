import fc from 'fast-check'
import { expect } from 'vitest'
import { arbitraryMessage } from '../builders/arbitrary-messages.ts'
import { bytesOf } from '../builders/message-builders.ts'
import { type Message, Pipeline, type PipelineOptions } from './pipeline.ts'

/** Few ids and often none, so that messages are repeated, with the same body or another. */
export const arbitraryStream: fc.Arbitrary<ReadonlyArray<Message>> = fc.array(
  fc.record({
    body: arbitraryMessage().map(bytesOf),
    properties: fc.oneof(
      { weight: 2, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.nat({ max: 20 }).map((n) => ({ message_id: `m${n}` })) },
    ),
  }),
  { minLength: 1, maxLength: 40 },
)

export interface Result {
  readonly streams: ReadonlyMap<string, ReadonlyArray<unknown>>
  readonly replies: ReadonlyArray<unknown>
  readonly profiles: ReadonlyArray<unknown>
}

/** By stream: no order is promised across databases. */
const resultOf = async (pipeline: Pipeline): Promise<Result> => {
  const streams = new Map<string, Array<unknown>>()
  for (const { stream, revision, eventId, event } of await pipeline.events()) {
    streams.set(stream, [...(streams.get(stream) ?? []), { revision, eventId, event }])
  }
  const replies = (await pipeline.replies())
    .map(({ body, importId, verdict }) => ({ body, importId, verdict }))
    .sort((a, b) => (a.importId < b.importId ? -1 : 1))
  return { streams, replies, profiles: await pipeline.profiles() }
}

/** The results of the messages, after comparing the live read model with a plain fold of the log. */
export const importedBy = async (
  messages: ReadonlyArray<Message>,
  batchSize: number,
  options: PipelineOptions = {},
): Promise<Result> => {
  const pipeline = new Pipeline(options)
  try {
    const { acknowledged } = await pipeline.import(messages, batchSize)
    expect(acknowledged).toBe(messages.length)
    const result = await resultOf(pipeline)
    expect(result.profiles).toEqual(
      [...(await pipeline.foldedProfiles())].sort(
        (a, b) =>
          a.profile.account_id - b.profile.account_id ||
          a.profile.db_id - b.profile.db_id ||
          a.profile.created_revision - b.profile.created_revision,
      ),
    )
    return result
  } finally {
    pipeline.close()
  }
}
