import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rebuild } from '../../../projections/rebuild.ts'
import { verify } from '../../../projections/verify.ts'
import { arbitraryMessage } from '../../support/arbitrary-messages.ts'
import { bytesOf } from '../../support/builders.ts'
import { type Message, Pipeline, scanLive } from '../../support/pipeline.ts'

const forever = new AbortController().signal

/** Few ids and often none, so that messages are repeated, with the same body or another. */
const arbitraryStream: fc.Arbitrary<ReadonlyArray<Message>> = fc.array(
  fc.record({
    body: arbitraryMessage().map(bytesOf),
    properties: fc.oneof(
      { weight: 2, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.nat({ max: 20 }).map((n) => ({ message_id: `m${n}` })) },
    ),
  }),
  { minLength: 1, maxLength: 40 },
)

interface Result {
  readonly streams: ReadonlyMap<string, ReadonlyArray<unknown>>
  readonly replies: ReadonlyArray<unknown>
  readonly profiles: ReadonlyArray<unknown>
}

/** By stream: across databases nothing is promised of the order. */
const resultOf = async (pipeline: Pipeline): Promise<Result> => {
  const streams = new Map<string, unknown[]>()
  for (const { stream, revision, eventId, event } of await pipeline.events()) {
    streams.set(stream, [...(streams.get(stream) ?? []), { revision, eventId, event }])
  }
  const replies = (await pipeline.replies())
    .map(({ body, importId, verdict }) => ({ body, importId, verdict }))
    .sort((a, b) => (a.importId < b.importId ? -1 : 1))
  return { streams, replies, profiles: await pipeline.profiles() }
}

const run = async (
  messages: ReadonlyArray<Message>,
  batchSize: number,
  projectorSteps?: () => number,
): Promise<Result> => {
  const pipeline = new Pipeline(projectorSteps === undefined ? {} : { projectorSteps })
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

test('the batch size and the lag of the projections change nothing', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryStream, fc.infiniteStream(fc.nat({ max: 3 })), async (messages, steps) => {
      const lagging = () => steps.next().value ?? 1
      const oneByOne = await run(messages, 1)
      expect(await run(messages, 7)).toEqual(oneByOne)
      expect(await run(messages, 500)).toEqual(oneByOne)
      expect(await run(messages, 7, lagging)).toEqual(oneByOne)
      expect(await run(messages, 1, lagging)).toEqual(oneByOne)
    }),
    { numRuns: 200 },
  )
})

test('a rebuilt read model is the live one', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryStream, async (messages) => {
      const pipeline = new Pipeline()
      try {
        await pipeline.import(messages, 7)
        const live = await pipeline.profiles()
        const { eventStore, profiles } = pipeline.stores
        const { differences } = await rebuild(
          pipeline.profilesProjection,
          profiles,
          eventStore,
          forever,
          () => {},
        )
        expect(differences).toBe(0)
        expect(await scanLive(profiles)).toEqual(live)
        const [generation] = await profiles.generations()
        expect(generation).toMatchObject({ id: 2, live: true })
        if (generation === undefined) return
        const again = await verify(pipeline.profilesProjection, profiles, generation, eventStore, forever)
        expect(again).toMatchObject({ differences: 0, documents: live.length })
      } finally {
        pipeline.close()
      }
    }),
    { numRuns: 50 },
  )
})
