import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Delivery } from '../../../application/ports/import-source.ts'
import type { StreamEvent } from '../../../application/ports/scratch.ts'
import { StoreTrouble } from '../../../application/ports/store-trouble.ts'
import { overlay } from '../../../application/rehearsing/overlay.ts'
import { rehearse } from '../../../application/rehearsing/rehearse.ts'
import type { Stage } from '../../../application/rehearsing/stage.ts'
import { buildImportId, buildMessage, bytesOf } from '../../support/builders/message-builders.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { arbitraryStream } from '../../support/pipeline/batch-law.ts'
import { givenPipeline, people } from '../../support/pipeline/given-pipeline.ts'
import { countedIds, delivery, type Message, Pipeline } from '../../support/pipeline/pipeline.ts'

const forever = new AbortController().signal

interface Options {
  readonly chunk?: number
  readonly signal?: AbortSignal
  readonly stage?: (stage: Stage) => Stage
}

/** The outcomes of messages over the live read models of a pipeline, and how many were told together. */
const rehearsed = async (
  { stores, rules, projections }: Pipeline,
  messages: ReadonlyArray<Message>,
  { chunk = 7, signal = forever, stage = (it) => it }: Options = {},
) => {
  async function* chunks(): AsyncGenerator<ReadonlyArray<Delivery>> {
    for (let i = 0; i < messages.length; i += chunk) yield messages.slice(i, i + chunk).map(delivery)
  }
  const { profileDirectory: directory, auditIndex, eventStore } = stores
  const base = { directory, auditIndex, readStream: eventStore.readStream }
  const outcomes: Array<StreamEvent> = []
  const told: Array<number> = []
  await rehearse(
    {
      stage: stage(overlay(base, rules.definitionOf)),
      log: stores.eventStore,
      clock: manualClock().clock,
      chance: () => 0.5,
      ids: countedIds(),
    },
    { rules, profilesVersion: projections.profiles.version },
    chunks(),
    async (some) => {
      outcomes.push(...some)
      told.push(some.length)
    },
    signal,
  )
  return { outcomes, told }
}

/** Everything but what is random, and without what tells where it stands. */
const withoutSalt = ({ event }: Pick<StreamEvent, 'event'>) => ({
  ...event,
  personal: { ...event.personal, salt: '' },
})

/** Each with an import id, so that both ways give the same profile ids. */
const identified = (messages: ReadonlyArray<Message>): ReadonlyArray<Message> =>
  messages.map(({ body }, i) => ({ body, importId: buildImportId(i + 1000) }))

const increase = (by: number): Message => ({
  body: bytesOf(buildMessage({ email: 'ann@example.com', data: { n: { action: 'incr', value: by } } })),
})

/** With read models, which are empty. */
const givenProjected = async (): Promise<Pipeline> => {
  const pipeline = givenPipeline()
  await pipeline.project()
  return pipeline
}

test('gives the events that the same imports then record', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryStream,
      arbitraryStream,
      fc.constantFrom(1, 7, 600),
      async (past, next, chunk) => {
        const pipeline = new Pipeline()
        try {
          await pipeline.import(past, 50)
          await pipeline.project(Number.POSITIVE_INFINITY)
          const before = await pipeline.readable()
          const messages = identified(next)
          const { outcomes } = await rehearsed(pipeline, messages, { chunk })
          expect((await pipeline.events()).length).toBe(before.length)
          await pipeline.import(messages, 50)
          const recorded = (await pipeline.readable()).slice(before.length)
          const inOrder = [...recorded].sort((a, b) => (a.eventId < b.eventId ? -1 : 1))
          expect(outcomes.map(withoutSalt)).toEqual(inOrder.map(withoutSalt))
        } finally {
          pipeline.close()
        }
      },
    ),
    { numRuns: 100 },
  )
})

test('writes to no store', async () => {
  const pipeline = givenPipeline()
  await pipeline.import(people('ann'), 10)
  await pipeline.project()
  const profiles = await pipeline.profiles()
  const identity = await pipeline.stores.eventStore.readIdentity()
  await rehearsed(pipeline, [...people('ann', 'ben'), increase(1)])
  expect(await pipeline.profiles()).toEqual(profiles)
  expect(await pipeline.stores.eventStore.readIdentity()).toEqual(identity)
  expect(await pipeline.stores.auditIndex.checkpoint()).toBe(await pipeline.stores.eventStore.end())
})

test('goes on while others import', async () => {
  const pipeline = givenPipeline()
  await pipeline.import([increase(1)], 10)
  await pipeline.project()
  let imports = 0
  const { outcomes } = await rehearsed(pipeline, [increase(2), ...people('ben'), increase(3)], {
    chunk: 1,
    stage: (stage) => ({
      ...stage,
      take: async (events) => {
        imports += 1
        await pipeline.import(people(`other${imports}`), 10)
        await pipeline.project()
        return stage.take(events)
      },
    }),
  })
  const changes = outcomes.map(({ event }) => ('changes' in event.personal ? event.personal.changes : []))
  expect(changes[0]).toEqual([{ field: 'n', action: 'incr', by: 2, value: 3, was: 1 }])
  expect(changes[2]).toEqual([{ field: 'n', action: 'incr', by: 3, value: 6, was: 3 }])
})

test('a replay leaves alone what was imported or rehearsed before it', async () => {
  const pipeline = givenPipeline()
  const setting = (data: Readonly<Record<string, number>>) =>
    bytesOf(buildMessage({ email: 'ann@example.com', data }))
  const original = buildImportId(1)
  const later = buildImportId(2)
  const rehearsedBefore = buildImportId(3)
  await pipeline.import([{ body: setting({ a: 1, b: 1, c: 1 }), importId: original }], 10)
  await pipeline.import([{ body: setting({ a: 2, c: 2 }), importId: later }], 10)
  await pipeline.project()
  const line = { source: { kind: 'ndjson', run: 'r', line: 1 } } as const
  const { outcomes } = await rehearsed(
    pipeline,
    [
      { body: setting({ b: 2 }), importId: rehearsedBefore },
      { body: setting({ a: 1, b: 1, d: 1 }), replayOf: original, ...line },
    ],
    { chunk: 1 },
  )
  expect(outcomes[1]?.event.personal).toMatchObject({
    changes: [{ field: 'd', action: 'set', value: 1 }],
    left_alone: {
      fields: [
        { field: 'a', changed_by: later },
        { field: 'b', changed_by: rehearsedBefore },
      ],
    },
  })
})

test('tells outcomes in the order of the messages, also of several databases, before it takes more', async () => {
  const databases = [1, 2, 1, 3, 2, 1]
  const messages = databases.map((db_id) => ({
    body: bytesOf(buildMessage({ db_id, email: 'a@example.com' })),
  }))
  const { outcomes, told } = await rehearsed(await givenProjected(), messages, { chunk: 4 })
  expect(outcomes.map(({ event }) => event.public.verdict)).toEqual([
    'created',
    'created',
    'unchanged',
    'created',
    'unchanged',
    'unchanged',
  ])
  expect(outcomes.map(({ stream }) => stream)).toEqual(databases.map((db) => `profiles-1.${db}`))
  expect(told).toEqual([4, 2])
})

test('ends with the trouble of a store, instead of waiting for it', async () => {
  const trouble = new StoreTrouble('read models', 'away', 'the read models are away')
  const ending = rehearsed(await givenProjected(), people('ann'), {
    stage: (stage) => ({
      ...stage,
      directory: { ...stage.directory, lookup: () => Promise.reject(trouble) },
    }),
  })
  await expect(ending).rejects.toBe(trouble)
})

test('ends with the reason of a signal', async () => {
  const stopping = new AbortController()
  const ending = rehearsed(await givenProjected(), people('ann', 'ben'), {
    chunk: 1,
    signal: stopping.signal,
    stage: (stage) => ({
      ...stage,
      take: (events) => {
        stopping.abort()
        return stage.take(events)
      },
    }),
  })
  await expect(ending).rejects.toThrow('This operation was aborted')
})
