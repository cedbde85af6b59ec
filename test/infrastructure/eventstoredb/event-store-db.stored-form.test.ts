import { expect, test } from 'vitest'
import { beginning, type Position } from '../../../application/ports/position.ts'
import type { ImportEvent } from '../../../domain/events/current.ts'
import {
  anImportId,
  importRejected,
  importRepeated,
  profileCreated,
  profileUpdated,
  toAppend,
} from '../../support/builders/event-builders.ts'
import { appending, aServer, opened, taking } from '../../support/eventstoredb/opened.ts'
import { refusals } from '../../support/eventstoredb/stand-in/refusals.ts'

const never = new AbortController().signal
const parsed = (bytes: Uint8Array | undefined): unknown => JSON.parse(Buffer.from(bytes ?? []).toString())

const update = profileUpdated(2, { context: { replay_of: anImportId(1) } })

test.each<[string, ImportEvent, string, string]>([
  ['a first import begins', profileCreated(1), 'profiles-1.7', anImportId(1)],
  ['a replay goes back to', update, 'profiles-1.7', anImportId(1)],
  ['a repetition goes back to', importRepeated(3, 1), 'rejectedImports', anImportId(1)],
  ['a refusal, too, begins', importRejected(4), 'rejectedImports', anImportId(4)],
])(
  "events are plain JSON for any client, with %s for the store's correlation",
  async (_, event, stream, origin) => {
    const server = await aServer()
    const store = opened(server.url)
    await appending(store, stream, -1, [toAppend(event)])
    const [record] = server.log.stream(stream)
    expect(record).toMatchObject({
      type: event.type,
      contentType: 'application/json',
      id: event.public.import_id,
    })
    const { public: known, personal, message } = event
    expect(parsed(record?.data)).toEqual({ public: known, personal, message })
    expect(parsed(record?.metadata)).toEqual({
      schema_version: 2,
      $correlationId: origin,
      $causationId: origin,
    })
    expect((await taking(store.read(beginning, never))).map((recorded) => recorded.event)).toEqual([event])
  },
)

test('a checkpoint has its own stream, of which the server keeps the last event', async () => {
  const server = await aServer()
  const [store, other] = [opened(server.url), opened(server.url)]
  const [one, two, three] = ['1/1', '2/2', '3/3'] as const satisfies ReadonlyArray<string>
  const at = (text: string) => text as Position
  expect(await store.writeCheckpoint('replies-q', undefined, at(one))).toBe(true)
  expect(await store.writeCheckpoint('replies-q', at(one), at(two))).toBe(true)
  expect(server.log.stream('checkpoint-replies-q').map(({ data }) => parsed(data))).toEqual([
    { position: two },
  ])
  // Another process has moved it: what this one remembers is outdated.
  expect(await other.writeCheckpoint('replies-q', at(two), at(three))).toBe(true)
  expect(await store.writeCheckpoint('replies-q', at(two), at(three))).toBe(false)
  expect(await store.writeCheckpoint('replies-q', at(three), at(two))).toBe(true)
  expect(await other.writeCheckpoint('replies-q', at(two), at(one))).toBe(true)
})

test('a secret has its own stream, of which the server keeps the last event, and which followers of the log do not see', async () => {
  const server = await aServer()
  const store = opened(server.url)
  const [one, two] = [new Uint8Array([1, 255]), new Uint8Array([2])]
  expect(await store.writeSecret('replay-marks', undefined, one)).toBe(true)
  expect(await store.writeSecret('replay-marks', one, two)).toBe(true)
  expect(server.log.stream('secret-replay-marks').map(({ type, data }) => [type, parsed(data)])).toEqual([
    ['SecretKept', { base64: 'Ag==' }],
  ])
  expect(await taking(store.read(beginning, new AbortController().signal))).toEqual([])
})

test('writing a checkpoint with an unknown outcome throws, and it can be read afterwards', async () => {
  const server = await aServer()
  const store = opened(server.url)
  await store.writeCheckpoint('replies-q', undefined, beginning)
  server.faults.appends.push({ tag: 'Cut', applied: true })
  await expect(store.writeCheckpoint('replies-q', beginning, '5/5' as Position)).rejects.toThrow(
    /^EventStoreDB: /,
  )
  expect(await store.readCheckpoint('replies-q')).toBe('5/5')
  expect(await store.writeCheckpoint('replies-q', '5/5' as Position, '6/6' as Position)).toBe(true)
})

test('a server that compresses its answers is like any other', async () => {
  const server = await aServer()
  server.compresses = true
  const store = opened(server.url)
  expect(await store.writeCheckpoint('replies-q', undefined, beginning)).toBe(true)
  expect(await store.writeCheckpoint('replies-q', beginning, '5/5' as Position)).toBe(true)
  expect(server.log.stream('checkpoint-replies-q')).toHaveLength(1)
  expect(await store.readCheckpoint('replies-q')).toBe('5/5')
})

test.each(['$$checkpoint-replies-q', 'checkpoint-replies-q'])(
  'a checkpoint is not taken for written if the append to %s failed inside the server',
  async (stream) => {
    const server = await aServer()
    const store = opened(server.url)
    server.faults.appends.push({ tag: 'Refused', stream, refusal: refusals.internal('broken') })
    await expect(store.writeCheckpoint('replies-q', undefined, beginning)).rejects.toThrow(
      /13 INTERNAL: broken/,
    )
    expect(await store.readCheckpoint('replies-q')).toBeUndefined()
  },
)
