import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventStore } from '../../application/ports/event-store.ts'
import {
  findReplayKey,
  isReplayMark,
  type MarkedReplay,
  makeReplayKey,
  replayMark,
} from '../../application/replay-mark.ts'
import type { MessageProperties } from '../../domain/events/current.ts'
import { buildImportId } from '../support/builders/message-builders.ts'

const text = fc.string({ unit: 'binary', maxLength: 4 })
const given = (shape: Record<string, fc.Arbitrary<unknown>>) => fc.record(shape, { requiredKeys: [] })
const ids = { message_id: text, app_id: text, correlation_id: text }
const properties = given({ ...ids, base64: given(ids) }) as fc.Arbitrary<MessageProperties>
const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
const replay: fc.Arbitrary<MarkedReplay> = fc.record({
  replayOf: fc.nat(3).map(buildImportId),
  queue: text,
  properties,
  contentEncoding: fc.option(text, { nil: undefined }),
  bodySha256: fc.stringMatching(/^[0-9a-f]{4}$/),
  fixes: fc.option(text, { nil: undefined }),
  overwrite: fc.boolean(),
})

/** Everything that the mark covers, in a form that toEqual distinguishes as the mark should. */
const about = ({ properties: { base64, ...rest }, ...others }: MarkedReplay) =>
  JSON.stringify([
    ...[others.replayOf, others.queue, others.contentEncoding ?? null, others.bodySha256],
    ...[others.fixes ?? null, others.overwrite],
    ...[rest.message_id, rest.app_id, rest.correlation_id].map((id) => id ?? null),
    ...[base64?.message_id, base64?.app_id, base64?.correlation_id].map((id) => id ?? null),
  ])

test('a mark is valid for the replay that it was made for', () => {
  fc.assert(
    fc.property(key, replay, (key, replay) => {
      const mark = replayMark(key, replay)
      expect(mark).toMatch(/^[0-9a-f]{64}$/)
      expect(isReplayMark(mark, key, structuredClone(replay))).toBe(true)
    }),
  )
})

test('and for no other replay', () => {
  fc.assert(
    fc.property(key, replay, replay, (key, one, other) => {
      fc.pre(about(one) !== about(other))
      expect(isReplayMark(replayMark(key, one), key, other)).toBe(false)
    }),
  )
})

test('every member of the replay affects the mark', () => {
  const one: MarkedReplay = {
    replayOf: buildImportId(1),
    queue: 'q',
    properties: { message_id: 'm' },
    contentEncoding: 'utf-8',
    bodySha256: 'ab',
  }
  const others: ReadonlyArray<Partial<MarkedReplay>> = [
    { replayOf: buildImportId(2) },
    { queue: 'other' },
    { properties: {} },
    { properties: { message_id: 'n' } },
    { properties: { message_id: 'm', app_id: 'a' } },
    { properties: { message_id: 'm', correlation_id: 'c' } },
    { properties: { message_id: 'm', base64: { message_id: '/w==' } } },
    { properties: { app_id: 'm' } },
    { contentEncoding: 'gzip' },
    { contentEncoding: undefined },
    { bodySha256: 'ac' },
    { fixes: '[]' },
    { fixes: '[1]' },
    { overwrite: true },
    { fixes: '[]', overwrite: true },
  ]
  const key = new Uint8Array(32)
  const marks = [one, ...others.map((other) => ({ ...one, ...other }))].map((each) => replayMark(key, each))
  expect(new Set(marks).size).toBe(marks.length)
})

test('without fixes and leave to overwrite, the mark is that of programs that knew neither', () => {
  const properties = { message_id: 'm' }
  const replay = {
    replayOf: buildImportId(1),
    queue: 'q',
    properties,
    contentEncoding: 'utf-8',
    bodySha256: 'ab',
  }
  const mark = 'd402ea76b09399d8d964ed26650e5bb2596789659c736db6bfd576ae564cf86c'
  expect(replayMark(new Uint8Array(32), replay)).toBe(mark)
  expect(replayMark(new Uint8Array(32), { ...replay, fixes: undefined, overwrite: false })).toBe(mark)
})

test('a mark is invalid with another key, truncated, lengthened or in capitals', () => {
  fc.assert(
    fc.property(key, key, replay, (key, other, replay) => {
      fc.pre(Buffer.compare(key, other) !== 0)
      const mark = replayMark(key, replay)
      expect(isReplayMark(mark, other, replay)).toBe(false)
      for (const wrong of ['', mark.slice(1), `${mark}0`, `${mark}\0`, ` ${mark}`, 'é'.repeat(32)]) {
        expect(isReplayMark(wrong, key, replay)).toBe(false)
      }
      const capitals = mark.toUpperCase()
      expect(isReplayMark(capitals, key, replay)).toBe(capitals === mark)
    }),
  )
})

/** A log that two processes use: `meanwhile` happens between the first read and the write. */
const secretStore = (meanwhile: () => Uint8Array | undefined = () => undefined) => {
  const secrets = new Map<string, Uint8Array>()
  const store: Pick<EventStore, 'readSecret' | 'writeSecret'> = {
    readSecret: async (name) => secrets.get(name),
    writeSecret: async (name, expected, secret) => {
      const theirs = meanwhile()
      if (theirs !== undefined) secrets.set(name, theirs)
      if (secrets.get(name) !== expected) return false
      secrets.set(name, secret)
      return true
    },
  }
  return store
}

const fresh = (n: number) => () => new Uint8Array(32).fill(n)

test('the key is created once', async () => {
  const store = secretStore()
  expect(await findReplayKey(store)).toBeUndefined()
  expect(await makeReplayKey(store, fresh(1))).toEqual(fresh(1)())
  expect(await makeReplayKey(store, fresh(2))).toEqual(fresh(1)())
  expect(await findReplayKey(store)).toEqual(fresh(1)())
})

test('two processes that create it at once both use the one that was written first', async () => {
  const store = secretStore(fresh(7))
  expect(await makeReplayKey(store, fresh(1))).toEqual(fresh(7)())
})
