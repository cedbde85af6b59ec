import { hash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeReplayKey, replayMark } from '../../../application/replay-mark.ts'
import { contextOf } from '../../../domain/events/stored-event.ts'
import type { ImportId } from '../../../domain/ids.ts'
import type { JsonObject } from '../../../domain/json.ts'
import { buildMessage, bytesOf } from '../../support/builders/message-builders.ts'
import { type Message, Pipeline, queue } from '../../support/pipeline/pipeline.ts'

/** Events that each projection may still apply. */
let lag: number
let pipeline: Pipeline
let sent: number
beforeEach(() => {
  lag = Number.POSITIVE_INFINITY
  sent = 0
  pipeline = new Pipeline({ projectorSteps: () => lag })
})
afterEach(() => pipeline.close())

const ann = (data: JsonObject, members: JsonObject = {}): Message => ({
  body: bytesOf(buildMessage({ email: 'ann@example.com', data, ...members })),
  properties: { message_id: `m${sent++}` },
})

/** As `replay` publishes it. */
const replay = async (
  original: ImportId,
  message: Message,
  options: { readonly fixes?: string; readonly overwrite?: true } = {},
): Promise<Message> => {
  const key = await makeReplayKey(pipeline.stores.eventStore, () => new Uint8Array(32).fill(7))
  const properties = { message_id: `r${sent++}` }
  const bodySha256 = hash('sha256', message.body, 'hex')
  const marked = { replayOf: original, queue, properties, contentEncoding: 'utf-8', bodySha256, ...options }
  return {
    ...message,
    ...options,
    properties,
    contentEncoding: 'utf-8',
    replayOf: original,
    replayMark: replayMark(key, marked),
  }
}

const importing = async (
  messages: ReadonlyArray<Message>,
  batchSize = 100,
): Promise<ReadonlyArray<ImportId>> => {
  const before = (await pipeline.events()).length
  await pipeline.import(messages, batchSize)
  return (await pipeline.events()).slice(before).map(({ eventId }) => eventId as ImportId)
}

const eventOf = async (importId: ImportId | undefined) => {
  const event = (await pipeline.events()).find(({ eventId }) => eventId === importId)?.event
  if (event?.type !== 'ProfileUpdated') throw new Error(`not an update: ${event?.type}`)
  return { verdict: event.public.verdict, ...event.personal }
}

const fields = async () => (await pipeline.profiles())[0]?.profile.fields

test('a replay leaves alone what later imports have changed, says so, and does the rest', async () => {
  const first = ann({ city: 'Lund', name: 'Ann' })
  const [original = '' as ImportId] = await importing([first])
  const [, later] = await importing([ann({ name: 'Anna' }), ann({ city: 'Ystad' })])
  await importing([ann({ name: 'Ann' })])
  const [replayed] = await importing([await replay(original, ann({ city: 'Malmö', size: 5, name: 'Ann' }))])
  expect(await eventOf(replayed)).toMatchObject({
    verdict: 'updated',
    changes: [{ field: 'size', action: 'set', value: 5 }],
    // The name is already what the replay would set it to.
    left_alone: { fields: [{ field: 'city', changed_by: later }], subscriptions: [] },
  })
  expect(await fields()).toMatchObject({ city: 'Ystad', size: 5, name: 'Ann' })
})

test('if it leaves everything alone, nothing is changed', async () => {
  const [original = '' as ImportId] = await importing([ann({ visits: { action: 'incr', value: 1 } })])
  const [later] = await importing([ann({ visits: { action: 'incr', value: 5 } })])
  const [replayed] = await importing([await replay(original, ann({ visits: { action: 'incr', value: 1 } }))])
  expect(await eventOf(replayed)).toMatchObject({
    verdict: 'unchanged',
    left_alone: { fields: [{ field: 'visits', changed_by: later }] },
  })
  expect(await fields()).toMatchObject({ visits: 6 })
})

test('what would be refused if it were not left alone does no harm', async () => {
  const [original = '' as ImportId] = await importing([ann({ bonus: 1 })])
  await importing([ann({ bonus: 'much' })])
  const [replayed] = await importing([
    await replay(original, ann({ bonus: { action: 'incr', value: 1 }, size: 5 })),
  ])
  expect(await eventOf(replayed)).toMatchObject({
    verdict: 'updated',
    left_alone: { fields: [{ field: 'bonus' }] },
  })
})

test('a replay may overwrite', async () => {
  const [original = '' as ImportId] = await importing([ann({ city: 'Lund' })])
  await importing([ann({ city: 'Ystad' })])
  const [replayed] = await importing([await replay(original, ann({ city: 'Lund' }), { overwrite: true })])
  expect(await eventOf(replayed)).not.toHaveProperty('left_alone')
  expect(await fields()).toMatchObject({ city: 'Lund' })
})

test('what earlier imports and the original itself have changed is not left alone', async () => {
  await importing([ann({ city: 'Lund' })])
  const [original = '' as ImportId] = await importing([ann({ city: 'Ystad' })])
  const [replayed] = await importing([await replay(original, ann({ city: 'Malmö' }))])
  expect(await eventOf(replayed)).not.toHaveProperty('left_alone')
  expect(await fields()).toMatchObject({ city: 'Malmö' })
})

test('a refused message leaves alone the profile that was created since', async () => {
  const [original = '' as ImportId] = await importing([ann({ city: 'Lund', size: 5 }, { update_only: true })])
  const [creation] = await importing([ann({ city: 'Ystad' })])
  const [replayed] = await importing([
    await replay(original, ann({ city: 'Lund', size: 5 }, { update_only: true })),
  ])
  expect(await eventOf(replayed)).toMatchObject({
    changes: [{ field: 'size' }],
    left_alone: { fields: [{ field: 'city', changed_by: creation }] },
  })
})

test('a message whose database could not be read has a place in the log, too', async () => {
  const [original = '' as ImportId] = await importing([
    { body: Buffer.from('{'), properties: { message_id: 'x' } },
  ])
  await importing([ann({ city: 'Ystad' })])
  const [replayed] = await importing([await replay(original, ann({ city: 'Lund' }))])
  expect(await eventOf(replayed)).toMatchObject({
    verdict: 'unchanged',
    left_alone: { fields: [{ field: 'city' }] },
  })
})

test('an earlier replay counts as a later import, and a replay of a replay goes back to the message of the producer', async () => {
  const message = ann({ visits: { action: 'incr', value: 1 } })
  const [original = '' as ImportId] = await importing([message])
  const [first = '' as ImportId] = await importing([await replay(original, message)])
  expect(await fields()).toMatchObject({ visits: 2 })
  await importing([await replay(original, message), await replay(first, message)])
  expect(await fields()).toMatchObject({ visits: 2 })
})

test.each([
  ['in the order of the messages', [0, 1], 100],
  ['in batches of one', [0, 1], 1],
  ['in another order', [1, 0], 100],
] as const)(
  'of refused messages that are replayed %s, the last that was sent wins',
  async (_, order, batchSize) => {
    const messages = ['Aarhus', 'Bergen'].map((city) => ann({ city }, { update_only: true }))
    const originals = await importing(messages)
    await importing([ann({ name: 'Ann' })])
    const replays: Array<Message> = []
    for (const i of order) replays.push(await replay(originals[i] as ImportId, messages[i] as Message))
    const imports = await importing(replays, batchSize)
    expect(await fields()).toMatchObject({ city: 'Bergen' })
    const [first, second] = await Promise.all(imports.map(eventOf))
    expect(first).not.toHaveProperty('left_alone')
    if (order[0] === 0) expect(second).not.toHaveProperty('left_alone')
    else expect(second).toMatchObject({ left_alone: { fields: [{ field: 'city', changed_by: imports[0] }] } })
  },
)

test('subscriptions are left alone one by one, also by a replay that removes all', async () => {
  const sub = (resource_id: number, status: string) => ({
    channel: 'email',
    resource_id,
    email: 'ann@example.com',
    status,
  })
  const [original = '' as ImportId] = await importing([
    ann({ subscriptions: [sub(1, 'on'), sub(2, 'on'), sub(3, 'on')] }),
  ])
  const [later] = await importing([ann({ subscriptions: [sub(2, 'off')] })])
  const identity = (resource_id: number) => ({ channel: 'email', resource_id, email: 'ann@example.com' })
  const left_alone = { fields: [], subscriptions: [{ subscription: identity(2), changed_by: later }] }
  const [put] = await importing([
    await replay(original, ann({ subscriptions: [sub(1, 'new'), sub(2, 'new')] })),
  ])
  expect(await eventOf(put)).toMatchObject({
    subscriptions: [{ action: 'put', subscription: sub(1, 'new') }],
    left_alone,
  })
  const [cleared] = await importing([await replay(original, ann({ subscriptions: null }))])
  expect(await eventOf(cleared)).toMatchObject({
    subscriptions: [{ action: 'remove', subscription: identity(3) }],
    left_alone: {
      subscriptions: [
        { subscription: identity(1), changed_by: put },
        { subscription: identity(2), changed_by: later },
      ],
    },
  })
})

describe('later imports are found wherever they are', () => {
  test.each([1, 3, 100])(
    'in the same batch, in earlier ones, and before the read models show them (batch %i)',
    async (size) => {
      const [original = '' as ImportId] = await importing([ann({ a: 0, b: 0, c: 0 })])
      await pipeline.project()
      const replayed = ann({ a: 9, b: 9, c: 9 })
      const others = Array.from({ length: 10 }, (_, n) => ann({ n }, { email: `p${n}@example.com` }))
      lag = 0
      const importIds = await importing(
        [
          ann({ a: 1 }),
          ...others,
          ann({ b: 1 }),
          await replay(original, replayed),
          ann({ c: 1 }),
          await replay(original, replayed),
        ],
        size,
      )
      const [one, two] = [importIds.at(-3), importIds.at(-1)]
      expect(await eventOf(one)).toMatchObject({
        changes: [{ field: 'c', value: 9 }],
        left_alone: {
          fields: [
            { field: 'a', changed_by: importIds[0] },
            { field: 'b', changed_by: importIds.at(-4) },
          ],
        },
      })
      expect(await eventOf(two)).toMatchObject({
        verdict: 'unchanged',
        left_alone: {
          fields: [{ field: 'a' }, { field: 'b' }, { field: 'c', changed_by: importIds.at(-2) }],
        },
      })
    },
  )

  test('if another process appends one just before', async () => {
    const [original = '' as ImportId] = await importing([ann({ city: 'Lund' })])
    const [replayMessage, meanwhile] = [
      await replay(original, ann({ city: 'Malmö' })),
      ann({ city: 'Ystad' }),
    ]
    let appends = 0
    const fenced = new Pipeline({
      stores: pipeline.stores,
      faults: (eventStore) => ({
        ...eventStore,
        append: async (asked) => {
          appends += 1
          if (appends === 1) await pipeline.import([meanwhile], 1)
          return eventStore.append(asked)
        },
      }),
    })
    try {
      await fenced.import([replayMessage], 1)
    } finally {
      fenced.close()
    }
    expect(appends).toBe(2)
    expect(await fields()).toMatchObject({ city: 'Ystad' })
  })
})

test('a replay whose original the log does not hold is imported like any message', async () => {
  await importing([ann({ city: 'Lund' })])
  await importing([await replay('00000000-0000-5000-8000-000000000000' as ImportId, ann({ city: 'Ystad' }))])
  expect(await fields()).toMatchObject({ city: 'Ystad' })
})

test('the original may be in the same batch', async () => {
  const first = ann({ city: 'Lund' })
  await pipeline.import([first], 1)
  const original = (await pipeline.events())[0]?.eventId as ImportId
  const restored = new Pipeline()
  try {
    const marked = await replay(original, ann({ city: 'Malmö' }))
    await makeReplayKey(restored.stores.eventStore, () => new Uint8Array(32).fill(7))
    await restored.import([first, ann({ city: 'Ystad' }), marked], 100)
    const events = await restored.events()
    expect(events.map(({ event }) => contextOf(event)?.public.replay_of)).toEqual([
      undefined,
      undefined,
      original,
    ])
    expect((await restored.profiles())[0]?.profile.fields).toMatchObject({ city: 'Ystad' })
  } finally {
    restored.close()
  }
})

test('the event says what was fixed', async () => {
  const [original = '' as ImportId] = await importing([ann({ city: 1 })])
  const fixes = [{ action: 'set', path: ['data', 'city'], json: '"Lund"' }]
  const [replayed] = await importing([
    await replay(original, ann({ city: 'Lund' }), { fixes: JSON.stringify(fixes) }),
  ])
  expect(await eventOf(replayed)).toMatchObject({ fixes })
})

test('only replays cost reads, for a profile once per batch, and those that may overwrite none', async () => {
  const [original = '' as ImportId] = await importing([ann({ city: 'Lund' })])
  let [finds, reads] = [0, 0]
  const { eventStore, auditIndex } = pipeline.stores
  const counting = new Pipeline({
    stores: {
      ...pipeline.stores,
      auditIndex: {
        ...auditIndex,
        find: (query) => {
          finds += 1
          return auditIndex.find(query)
        },
      },
      eventStore: {
        ...eventStore,
        readStream: (...asked) => {
          reads += 1
          return eventStore.readStream(...asked)
        },
      },
    },
  })
  try {
    await counting.import(
      [ann({ city: 'Ystad' }), await replay(original, ann({ city: 'X' }), { overwrite: true })],
      10,
    )
    expect([finds, reads]).toEqual([0, 0])
    const replays = ['Y', 'Z', 'Lund'].map((city) => replay(original, ann({ city })))
    await counting.import(await Promise.all(replays), 10)
    // The event of each import after the original that the audit index shows, once for the batch.
    expect([finds, reads]).toEqual([1, 2])
    expect(await fields()).toMatchObject({ city: 'X' })
  } finally {
    counting.close()
  }
})
