import { hash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StoreTrouble } from '../../application/ports/store-trouble.ts'
import { makeReplayKey, replayMark } from '../../application/replay-mark.ts'
import type { ImportId } from '../../domain/ids.ts'
import { buildMessage, bytesOf } from '../support/builders/message-builders.ts'
import { type Message, Pipeline, queue } from '../support/pipeline/pipeline.ts'

const victims = buildMessage({ email: 'ann@example.com', update_only: true })
const strangers = buildMessage({ account_id: 2, email: 'mallory@example.com' })

let pipeline: Pipeline
let refusals: number
let original: ImportId
beforeEach(async () => {
  refusals = 0
  const replaysUnproven = (messages: number) => {
    refusals += messages
  }
  pipeline = new Pipeline({ observer: { replaysUnproven } })
  await pipeline.import([{ body: bytesOf(victims), properties: { message_id: 'm1' } }], 1)
  const [first] = await pipeline.events()
  original = first?.eventId as ImportId
})
afterEach(() => pipeline.close())

/** As `replay` publishes it. */
const genuine = async (messageId = 'fresh'): Promise<Message & { readonly replayMark: string }> => {
  const body = bytesOf(victims)
  const key = await makeReplayKey(pipeline.stores.eventStore, () => new Uint8Array(32).fill(7))
  const properties = { message_id: messageId }
  const contentEncoding = 'utf-8'
  const bodySha256 = hash('sha256', body, 'hex')
  const replay = { replayOf: original, queue, properties, contentEncoding, bodySha256 }
  return { body, properties, contentEncoding, replayOf: original, replayMark: replayMark(key, replay) }
}

/** The types of the events after the first, and what each claims to replay. */
const recorded = async (...messages: ReadonlyArray<Message>) => {
  await pipeline.import(messages, 10)
  const events = (await pipeline.events()).slice(1)
  return events.map(({ event }) => {
    if (event.type === 'Unreadable') throw new Error(event.problem)
    return [event.type, event.public.replay_of]
  })
}

const historyOfOriginal = async () => {
  await pipeline.project()
  const found: Array<unknown> = []
  const query = { by: 'import', importId: original } as const
  for await (const { type, replayOf } of pipeline.stores.auditIndex.find(query)) found.push([type, replayOf])
  return found
}

test('a replay is in the history of the import that it replays', async () => {
  expect(await recorded(await genuine())).toEqual([['ImportRejected', original]])
  expect(await historyOfOriginal()).toEqual([
    ['ImportRejected', undefined],
    ['ImportRejected', original],
  ])
  expect(refusals).toBe(0)
})

test('the same replay again is a repetition', async () => {
  const replay = await genuine()
  const types = (await recorded(replay, replay)).map(([type]) => type)
  expect(types).toEqual(['ImportRejected', 'ImportRepeated'])
  expect(refusals).toBe(0)
})

test.each<[string, Partial<Message>]>([
  ['without a mark', {}],
  ['with an invented one', { replayMark: 'f'.repeat(64) }],
  ['with an empty one', { replayMark: '' }],
])('a message of another account that names an import, %s, is imported like any other', async (_, claim) => {
  // With a key, and without one.
  for (const n of [0, 1]) {
    if (n === 1) await genuine()
    const message = { body: bytesOf({ ...strangers, email: `m${n}@example.com` }), replayOf: original }
    expect((await recorded({ ...message, ...claim })).at(-1)).toEqual(['ProfileCreated', undefined])
    expect(await historyOfOriginal()).toEqual([['ImportRejected', undefined]])
    expect(refusals).toBe(n + 1)
  }
})

describe('the mark of a genuine replay proves nothing', () => {
  const others: ReadonlyArray<[string, Partial<Message>, string]> = [
    ['on another body', { body: bytesOf(strangers) }, 'ProfileCreated'],
    ['under another message_id', { properties: { message_id: 'other' } }, 'ImportRejected'],
    ['without message_id', { properties: {} }, 'ImportRejected'],
    [
      'under the same message_id with other bytes in it',
      { properties: { message_id: 'fresh', base64: { message_id: '/w==' } } },
      'ImportRejected',
    ],
    ['of another app', { properties: { message_id: 'fresh', app_id: 'a' } }, 'ImportRejected'],
    ['with another encoding', { contentEncoding: 'gzip' }, 'ImportRejected'],
    ['with fixes that it does not have', { fixes: '[{"action":"unset","path":["data"]}]' }, 'ImportRejected'],
    ['with leave to overwrite', { overwrite: true }, 'ImportRejected'],
    ['of another import', { replayOf: '00000000-0000-5000-8000-000000000000' as ImportId }, 'ImportRejected'],
  ]
  test.each(others)('%s', async (_, change, type) => {
    const replay = await genuine()
    expect(await recorded({ ...replay, ...change })).toEqual([[type, undefined]])
    expect(refusals).toBe(1)
  })

  test('made for another queue', async () => {
    const replay = await genuine()
    const key = await makeReplayKey(pipeline.stores.eventStore, () => new Uint8Array(32))
    const bodySha256 = hash('sha256', replay.body, 'hex')
    const elsewhere = { replayOf: original, queue: 'another', contentEncoding: 'utf-8', bodySha256 }
    const mark = replayMark(key, { ...elsewhere, properties: { message_id: 'fresh' } })
    expect(await recorded({ ...replay, replayMark: mark })).toEqual([['ImportRejected', undefined]])
    expect(refusals).toBe(1)
  })

  test('under a used message_id with another body, which is refused with 409', async () => {
    const replay = await genuine()
    await recorded(replay, { ...replay, body: bytesOf(strangers) })
    const last = (await pipeline.events()).at(-1)?.event
    expect(last).toMatchObject({ public: { code: 409 }, message: { encoding: 'utf8' } })
    expect(last).not.toHaveProperty('public.replay_of')
    expect(refusals).toBe(1)
  })
})

test('a log whose key cannot be read at the moment is waited for', async () => {
  const replay = await genuine()
  let tries = 0
  const waiting = new Pipeline({
    stores: pipeline.stores,
    faults: (eventStore) => ({
      ...eventStore,
      readSecret: async (name) => {
        if (++tries === 1) throw new StoreTrouble('event store', 'away', 'away')
        return eventStore.readSecret(name)
      },
    }),
  })
  await waiting.import([replay], 1)
  waiting.close()
  expect(tries).toBe(2)
  expect(await historyOfOriginal()).toHaveLength(2)
})
