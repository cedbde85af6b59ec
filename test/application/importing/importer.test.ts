import { afterEach, describe, expect, test } from 'vitest'
import { ReadModelSwitched } from '../../../application/cannot-go-on.ts'
import type { AppendResult, EventStore, StreamAppend } from '../../../application/ports/event-store.ts'
import { beginning } from '../../../application/ports/position.ts'
import type { ProfileDirectory } from '../../../application/ports/profile-directory.ts'
import { StoreTrouble } from '../../../application/ports/store-trouble.ts'
import { undeclared } from '../../../domain/definitions/undeclared.ts'
import type { Json, JsonObject } from '../../../domain/json.ts'
import type { KeySet } from '../../../domain/matching/identity-key.ts'
import { profilesProjection } from '../../../projections/profiles.ts'
import { buildMessage, buildRules, bytesOf } from '../../support/builders/message-builders.ts'
import { type Message, Pipeline, type PipelineOptions } from '../../support/pipeline/pipeline.ts'

const open: Array<Pipeline> = []

afterEach(() => {
  for (const pipeline of open.splice(0)) pipeline.close()
})

const givenPipeline = (options: PipelineOptions = {}): Pipeline => {
  const pipeline = new Pipeline(options)
  open.push(pipeline)
  return pipeline
}

const message = (members: JsonObject, rest: Omit<Message, 'body'> = {}): Message => ({
  body: bytesOf(buildMessage(members)),
  ...rest,
})

const increase = (rest: Omit<Message, 'body'> = {}): Message =>
  message({ email: 'ann@example.com', data: { bonus: { action: 'incr', value: 1 } } }, rest)

const types = async (pipeline: Pipeline) => (await pipeline.events()).map(({ event }) => event.type)

const field = async (pipeline: Pipeline, name: string): Promise<ReadonlyArray<Json | undefined>> =>
  (await pipeline.profiles()).map(({ profile }) => profile.fields[name])

const withId = { properties: { message_id: 'm1' } }

describe('a message with an id', () => {
  test('redelivered after its outcome is only acknowledged', async () => {
    const pipeline = givenPipeline()
    await pipeline.import([increase(withId)], 10)
    const { acknowledged } = await pipeline.import([increase({ ...withId, redelivered: true })], 10)
    expect(acknowledged).toBe(1)
    expect(await types(pipeline)).toEqual(['ProfileCreated'])
  })

  test('redelivered before its outcome is imported', async () => {
    const pipeline = givenPipeline()
    await pipeline.import([increase({ ...withId, redelivered: true })], 10)
    expect(await types(pipeline)).toEqual(['ProfileCreated'])
  })

  test.each([1, 10])(
    'sent again is recorded as repeated and answered with the first outcome (batch %i)',
    async (size) => {
      const pipeline = givenPipeline()
      await pipeline.import([increase(withId), increase(withId), increase(withId)], size)
      expect(await types(pipeline)).toEqual(['ProfileCreated', 'ImportRepeated', 'ImportRepeated'])
      expect(await field(pipeline, 'bonus')).toEqual([1])
      const [first, second, third] = await pipeline.replies()
      expect(second).toMatchObject({ verdict: 'duplicate', body: first?.body })
      expect(third).toMatchObject({ verdict: 'duplicate', body: first?.body })
      expect(new Set([first?.importId, second?.importId, third?.importId]).size).toBe(3)
    },
  )

  test('of another application is another message', async () => {
    const pipeline = givenPipeline()
    const ids = ['a', 'b'].map((app_id) => increase({ properties: { message_id: 'm1', app_id } }))
    await pipeline.import(ids, 10)
    expect(await field(pipeline, 'bonus')).toEqual([2])
  })

  test.each([1, 10])(
    'used again with another body is refused under an id of its own (batch %i)',
    async (size) => {
      const pipeline = givenPipeline()
      const other = message({ email: 'bob@example.com' }, withId)
      await pipeline.import([increase(withId), other, other, increase(withId)], size)
      expect(await types(pipeline)).toEqual([
        'ProfileCreated',
        'ImportRejected',
        'ImportRepeated',
        'ImportRepeated',
      ])
      const [, refused, repeatedRefusal, repeated] = await pipeline.replies()
      expect(refused).toMatchObject({ verdict: 'rejected', body: { error: 409, profile_id: '' } })
      expect(repeatedRefusal).toMatchObject({ verdict: 'duplicate', body: refused?.body })
      expect(repeated).toMatchObject({ verdict: 'duplicate', body: { error: 0 } })
      await pipeline.import([{ ...other, redelivered: true }], size)
      expect(await types(pipeline)).toHaveLength(4)
    },
  )
})

describe('a message without an id', () => {
  test('sent twice counts twice', async () => {
    const pipeline = givenPipeline()
    await pipeline.import([increase(), increase()], 10)
    expect(await field(pipeline, 'bonus')).toEqual([2])
  })

  test('redelivered is absorbed by an outcome of the same bytes, one redelivery for each', async () => {
    const pipeline = givenPipeline()
    await pipeline.import([increase(), increase()], 10)
    const again = increase({ redelivered: true })
    const { acknowledged } = await pipeline.import([again, again, again], 10)
    expect(acknowledged).toBe(3)
    expect(await field(pipeline, 'bonus')).toEqual([3])
  })

  test('is not absorbed by an outcome too old to be unacknowledged', async () => {
    const pipeline = givenPipeline({ window: 2 })
    const others = ['a', 'b'].map((name) => message({ email: `${name}@example.com` }))
    await pipeline.import([increase(), ...others], 10)
    await pipeline.import([increase({ redelivered: true })], 10)
    expect(await field(pipeline, 'bonus')).toEqual([2, undefined, undefined])
  })

  test('is absorbed by an outcome that an earlier owner of the queue wrote late', async () => {
    const other = givenPipeline()
    const elsewhere = (rest: Omit<Message, 'body'> = {}) =>
      message({ db_id: 8, email: 'bob@example.com', data: { bonus: { action: 'incr', value: 1 } } }, rest)
    // So that it has used up the ids that this pipeline will draw.
    await other.import([increase(), increase(), increase(), elsewhere()], 1)
    const pipeline: Pipeline = givenPipeline({
      faults: firstAppend(async (append, appends) => {
        for (const { stream, eventId, event } of (await other.readable()).slice(-1)) {
          await append([{ stream, expectedRevision: -1, events: [{ eventId, event }] }])
        }
        await pipeline.project()
        return append(appends)
      }),
    })
    const { acknowledged } = await pipeline.import([increase(), elsewhere({ redelivered: true })], 1)
    expect(acknowledged).toBe(2)
    expect(await field(pipeline, 'bonus')).toEqual([1, 1])
    expect(await types(pipeline)).toEqual(['ProfileCreated', 'ProfileCreated'])
  })

  test('is not absorbed by an outcome of the same session', async () => {
    const pipeline = givenPipeline()
    await pipeline.import([increase(), increase({ redelivered: true })], 1)
    expect(await field(pipeline, 'bonus')).toEqual([2])
  })
})

/** Calls `instead` in place of the first append. */
const firstAppend =
  (
    instead: (
      append: EventStore['append'],
      appends: Parameters<EventStore['append']>[0],
    ) => Promise<ReadonlyArray<AppendResult>>,
  ) =>
  (eventStore: EventStore): EventStore => {
    let calls = 0
    return {
      ...eventStore,
      append: (appends) => {
        calls += 1
        return calls === 1 ? instead(eventStore.append, appends) : eventStore.append(appends)
      },
    }
  }

const readModelAway = new StoreTrouble('read models', 'away', 'the read model is away')
const answerLost = new StoreTrouble('event store', 'away', 'the answer was lost')
const unknown = ({ stream }: StreamAppend): AppendResult => ({ tag: 'Unknown', stream, cause: answerLost })
const conflict = ({ stream }: StreamAppend): AppendResult => ({ tag: 'Conflict', stream })

describe('when an append fails', () => {
  const batch = [
    increase(withId),
    increase(withId),
    increase(),
    increase(),
    message({ db_id: 8, email: 'x@example.com' }),
  ]

  test.each([
    [
      'was written although the answer was lost',
      async (append: EventStore['append'], appends: Parameters<EventStore['append']>[0]) => {
        await append(appends)
        return appends.map(unknown)
      },
    ],
    [
      'was not written',
      async (_: EventStore['append'], appends: Parameters<EventStore['append']>[0]) => appends.map(unknown),
    ],
    [
      'was written for one database only',
      async (append: EventStore['append'], appends: Parameters<EventStore['append']>[0]) => {
        await append(appends.slice(0, 1))
        return appends.map(unknown)
      },
    ],
    [
      'makes the store throw',
      async () => {
        throw new StoreTrouble('event store', 'away', 'the store is away')
      },
    ],
  ] as const)('and the batch %s, every message has exactly one outcome', async (_, fault) => {
    const pipeline = givenPipeline({ faults: firstAppend(fault) })
    const { acknowledged } = await pipeline.import(batch, 10)
    expect(acknowledged).toBe(batch.length)
    expect((await types(pipeline)).sort()).toEqual([
      'ImportRepeated',
      'ProfileCreated',
      'ProfileCreated',
      'ProfileUpdated',
      'ProfileUpdated',
    ])
    expect(await field(pipeline, 'bonus')).toEqual([3, undefined])
  })

  test('because another importer was first, the batch is decided again on what that one wrote', async () => {
    const other = givenPipeline()
    const conflicts: Array<string> = []
    const pipeline: Pipeline = givenPipeline({
      observer: { conflicted: (stream) => conflicts.push(stream) },
      faults: firstAppend(async (append, appends) => {
        await other.import([increase({ properties: { message_id: 'other' } })], 1)
        for (const { stream, eventId, event } of await other.readable()) {
          await append([{ stream, expectedRevision: -1, events: [{ eventId, event }] }])
        }
        return append(appends)
      }),
    })
    await pipeline.import([increase()], 10)
    expect(conflicts).toEqual(['profiles-1.7'])
    expect(await types(pipeline)).toEqual(['ProfileCreated', 'ProfileUpdated'])
    expect(await field(pipeline, 'bonus')).toEqual([2])
  })

  test('after a refusal that is in the log without its import, the refusal is not repeated', async () => {
    const garbage: Message = { body: bytesOf('not JSON'), ...withId }
    let isLost = true
    const pipeline = givenPipeline({
      confirmOwnership: () => !isLost,
      faults: firstAppend(async (append, appends) => {
        if (!isLost) return append(appends)
        await append(appends.filter(({ stream }) => stream === 'rejectedImports'))
        return appends.map(conflict)
      }),
    })
    expect(await pipeline.import([increase(withId), garbage], 10)).toEqual({ acknowledged: 0 })
    isLost = false
    expect(await types(pipeline)).toEqual(['ImportRejected'])
    const again = [increase(withId), garbage].map((each) => ({ ...each, redelivered: true }))
    await pipeline.import(again, 10)
    expect(await types(pipeline)).toEqual(['ImportRejected', 'ProfileCreated'])
  })

  test('and the source is lost, nothing is written or acknowledged', async () => {
    const pipeline = givenPipeline({
      confirmOwnership: () => false,
      faults: firstAppend(async (_, appends) => appends.map(conflict)),
    })
    expect(await pipeline.import([increase()], 10)).toEqual({ acknowledged: 0 })
    expect(await types(pipeline)).toEqual([])
  })
})

describe('while the projections are stopped, the working set is kept and importing continues', () => {
  const mostWaits = 100

  /** The projections continue only after very many requests: then somebody is waiting for them. */
  const standingStill = (failAt?: number) => {
    let asked = 0
    return {
      projectorSteps: () => {
        asked += 1
        if (asked === failAt) throw readModelAway
        return asked < mostWaits ? 0 : Number.POSITIVE_INFINITY
      },
      asked: () => asked,
    }
  }

  test('after an append with an unknown outcome', async () => {
    const projections = standingStill()
    const failures: Array<unknown> = []
    let appends = 0
    const pipeline = givenPipeline({
      ...projections,
      observer: { failed: (error) => failures.push(error) },
      faults: (eventStore) => ({
        ...eventStore,
        append: async (asked) => {
          appends += 1
          return appends === 2 ? asked.map(unknown) : eventStore.append(asked)
        },
      }),
    })
    await pipeline.import([increase(), increase(), increase()], 1)
    expect(projections.asked()).toBeLessThan(mostWaits)
    expect(failures).toEqual([answerLost])
    expect(await field(pipeline, 'bonus')).toEqual([3])
  })

  test('after a failed lookup', async () => {
    const failures: Array<unknown> = []
    const projections = standingStill(3)
    const pipeline = givenPipeline({
      ...projections,
      observer: { failed: (error) => failures.push(error) },
    })
    await pipeline.import([increase(), increase(), increase()], 1)
    expect(projections.asked()).toBeLessThan(mostWaits)
    expect(failures).toEqual([readModelAway])
    expect(await field(pipeline, 'bonus')).toEqual([3])
  })
})

test('a new session reports that the stores answer, whatever the previous one met', async () => {
  const told: Array<string> = []
  const pipeline = givenPipeline({
    observer: { recovered: () => told.push('over'), imported: () => told.push('imported') },
  })
  await pipeline.import([increase()], 10)
  expect(told).toEqual(['over', 'imported'])
})

describe('when another process has taken over the source', () => {
  const notOurs = { confirmOwnership: () => false }

  test('a message without an id is left to that process, however fresh it looks', async () => {
    const pipeline = givenPipeline(notOurs)
    expect(await pipeline.import([increase()], 10)).toEqual({ acknowledged: 0 })
    expect(await types(pipeline)).toEqual([])
  })

  test('messages with ids are imported without a check, because either outcome would be recognised', async () => {
    const pipeline = givenPipeline(notOurs)
    expect(await pipeline.import([increase(withId)], 10)).toEqual({ acknowledged: 1 })
    expect(await types(pipeline)).toEqual(['ProfileCreated'])
  })
})

test('the importer stops when profiles have the keys of another version', async () => {
  const pipeline = givenPipeline({ answeringVersion: 'another' })
  await expect(pipeline.import([increase()], 10)).rejects.toThrow(ReadModelSwitched)
  expect(await types(pipeline)).toEqual([])
})

describe('a message that makes our code throw is kept and answered with 500, and the others continue', () => {
  const poison = message({
    db_id: 666,
    email: 'eve@example.com',
    feedback_id: 'f',
    matching: 'email_profile',
  })

  /** Throws at the nth request for the database of the poison. */
  const rulesThatThrow = (at: number) => {
    let asked = 0
    return buildRules({
      definitionOf: ({ db_id }) => {
        if (db_id === 666 && ++asked === at) throw new TypeError('planted')
        return undeclared
      },
    })
  }
  const foundNothing = (keys: KeySet) => ({ keys, createdRevisions: [], oldest: [] })
  const throwingRead = (keys: KeySet) => ({
    keys,
    get createdRevisions(): ReadonlyArray<number> {
      throw new TypeError('planted')
    },
    oldest: [],
  })
  const directoryThatThrows: ProfileDirectory = {
    checkpoint: async () => beginning,
    lookup: async (queries, streams) => ({
      version: profilesProjection(() => undeclared, 'test').version,
      checkpoint: beginning,
      matches: queries.map(({ database, keys }) =>
        (database.db_id === 666 ? throwingRead : foundNothing)(keys),
      ),
      left: 0,
      revisions: streams.map(() => -1),
    }),
  }

  test.each<[when: string, options: PipelineOptions]>([
    ['it is decoded', { rules: rulesThatThrow(1) }],
    ['it is matched', { stores: { profileDirectory: directoryThatThrows } }],
    ['the profile that it leaves gets its keys', { rules: rulesThatThrow(2) }],
  ])('when %s', async (_, options) => {
    const defects: Array<unknown> = []
    const pipeline = givenPipeline({ ...options, observer: { defect: (error) => defects.push(error) } })
    await pipeline.import([increase(), poison, increase()], 10)
    expect(defects).toEqual([new TypeError('planted')])
    const replies = (await pipeline.replies()).map(({ body }) => body)
    expect(replies.map(({ error }) => error).sort()).toEqual([0, 0, 500])
    expect(replies.find(({ error }) => error === 500)).toMatchObject({
      feedback_id: 'f',
      matching_field: 'email_profile',
    })
    expect(await field(pipeline, 'bonus')).toEqual([2])
    const kept = (await pipeline.events()).find(({ event }) => event.type === 'ImportRejected')
    const body = Buffer.from(poison.body).toString()
    expect(kept).toMatchObject({ stream: 'profiles-1.666', event: { message: { body } } })
  })
})

test('a message is acknowledged after its outcome is durable, not before', async () => {
  const order: Array<string> = []
  const pipeline = givenPipeline({
    onAcknowledged: () => order.push('acknowledged'),
    faults: (eventStore) => ({
      ...eventStore,
      append: async (appends) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        const results = await eventStore.append(appends)
        order.push('appended')
        return results
      },
    }),
  })
  await pipeline.import([increase(), increase()], 1)
  expect(order).toEqual(['appended', 'acknowledged', 'appended', 'acknowledged'])
})

describe('a key that many profiles share', () => {
  const member = (n: number, tags: ReadonlyArray<string>) =>
    message({ email: `p${n}@example.com`, data: { tags } })
  const byTag = (data: JsonObject) =>
    message({ matching: 'custom', field_name: 'tags', field_value: 'vip, all', data })

  test.each([1, 7, 500])('finds the oldest and counts to 100 (batch %i)', async (size) => {
    const pipeline = givenPipeline()
    const members = Array.from({ length: 120 }, (_, n) => member(n, n % 2 === 0 ? ['vip', 'all'] : ['all']))
    // Each one removes itself from those that the next one finds.
    const leaving = Array.from({ length: 10 }, (_, n) => byTag({ tags: ['all'], left: n }))
    await pipeline.import([...members, ...leaving, byTag({ found: true })], size)
    const events = (await pipeline.events()).slice(120)
    const candidates = events.map(({ event }) => event.type !== 'Unreadable' && event.public.candidates)
    expect(candidates).toEqual([60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50])
    const found = (await pipeline.profiles()).filter(({ profile }) => profile.fields.found === true)
    expect(found.map(({ profile }) => profile.fields.email)).toEqual(['p20@example.com'])
  })

  test.each([1, 50, 500])(
    'counts no further than 100, even while profiles leave (batch %i)',
    async (size) => {
      const pipeline = givenPipeline()
      const members = Array.from({ length: 104 }, (_, n) => member(n, ['vip', 'all']))
      const leaving = Array.from({ length: 8 }, () => byTag({ tags: ['all'] }))
      await pipeline.import([...members, ...leaving], size)
      const events = (await pipeline.events()).slice(104)
      const candidates = events.map(({ event }) => event.type !== 'Unreadable' && event.public.candidates)
      expect(candidates).toEqual([100, 100, 100, 100, 100, 99, 98, 97])
    },
  )

  test('is refused if the rules allow only one match', async () => {
    const pipeline = givenPipeline({ rules: buildRules({ ambiguousMatch: 'reject' }) })
    await pipeline.import([member(1, ['vip', 'all']), member(2, ['vip', 'all']), byTag({ x: 1 })], 10)
    const replies = await pipeline.replies()
    expect(replies.map(({ body }) => body.error)).toEqual([0, 0, 409])
  })
})

test('an outcome that the event store cannot accept is refused with 413; its message is kept and the others are unaffected', async () => {
  const pipeline = givenPipeline({
    faults: (eventStore) => ({ ...eventStore, limits: { maxEventBytes: 4000, maxAppendBytes: 6000 } }),
  })
  // A short message with a long event, which records the whole subscription.
  const subscription = { channel: 'push', resource_id: 1, provider: 'p', subscription_id: 's' }
  const put = (rest: JsonObject) =>
    message({ email: 'ann@example.com', data: { subscriptions: [{ ...subscription, ...rest }] } })
  await pipeline.import([put({ cc_data: 'x'.repeat(1200) }), put({ more: 'y'.repeat(1200) }), increase()], 10)
  expect(await types(pipeline)).toEqual(['ProfileCreated', 'ImportRejected', 'ProfileUpdated'])
  const [, refused] = await pipeline.replies()
  expect(refused?.body).toMatchObject({
    error: 413,
    error_text: 'event: exceeds the limit of 4000 bytes',
  })
  expect(await field(pipeline, 'bonus')).toEqual([1])
})

test('a batch that exceeds the limit of an append is written in order', async () => {
  const pipeline = givenPipeline()
  const notes = Array.from({ length: 12 }, (_, n) => `${n}`.padEnd(100_000, 'x'))
  const messages = notes.map((note) => message({ email: 'ann@example.com', data: { note } }))
  await pipeline.import(messages, 500)
  const events = await pipeline.events()
  expect(events.map(({ revision }) => revision)).toEqual(notes.map((_, n) => n))
  expect(await field(pipeline, 'note')).toEqual([notes.at(-1)])
})
