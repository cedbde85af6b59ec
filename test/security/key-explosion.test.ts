import { afterEach, beforeEach, expect, test } from 'vitest'
import { oldestFetched } from '../../application/ports/profile-directory.ts'
import type { JsonObject } from '../../domain/json.ts'
import { maxCandidates } from '../../domain/matching/identity-key.ts'
import { tagKey } from '../../domain/matching/keys.ts'
import { aDatabase } from '../support/builders/event-builders.ts'
import { bytesOf } from '../support/builders/message-builders.ts'
import { Pipeline } from '../support/pipeline/pipeline.ts'

let pipeline: Pipeline
beforeEach(() => {
  pipeline = new Pipeline()
})
afterEach(() => pipeline.close())

const message = (members: JsonObject) => ({
  body: bytesOf({ account_id: 1, db_id: 7, data: {}, ...members }),
})
const replies = async () => (await pipeline.replies()).map(({ body }) => body.error)

test('a profile has at most MAX_LIST_ELEMENTS tags, and can be found by each', async () => {
  const tags = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `t${(from + i).toString(36)}`)
  const adding = (value: Array<string>) => ({
    email: 'ann@example.com',
    data: { segments: { action: 'add', value } },
  })
  const byTag = (field_value: string) => ({
    matching: 'custom',
    field_name: 'segments',
    field_value,
    update_only: true,
  })
  await pipeline.import(
    [
      message(adding(tags(0, 5000))),
      message(adding(tags(5000, 10_000))),
      message(adding(['one too many'])),
      ...[0, 5000, 9999].map((n) => message(byTag(tags(n, n + 1)[0] ?? ''))),
    ],
    3,
  )
  expect(await replies()).toEqual([0, 0, 413, 0, 0, 0])
  const [ann] = await pipeline.profiles()
  expect(ann?.keys).toHaveLength(10_000 + 2)
})

test('a tag on very many profiles costs no more than one on some', async () => {
  const many = 3000
  const shared = { segments: ['all', 'none'] }
  await pipeline.import(
    Array.from({ length: many }, (_, n) => message({ email: `p${n}@example.com`, data: shared })),
    500,
  )
  await pipeline.project()
  const database = aDatabase(1, 7)
  const keySets = [['all'], ['all', 'none'], ['none', 'all', 'missing']]
  const { matches } = await pipeline.stores.profileDirectory.lookup(
    keySets.map((tags) => ({ database, keys: tags.map((tag) => tagKey('segments', tag)) })),
    [],
  )
  expect(matches.map(({ createdRevisions, oldest }) => [createdRevisions.length, oldest.length])).toEqual([
    [maxCandidates, oldestFetched],
    [maxCandidates, oldestFetched],
    [0, 0],
  ])
  await pipeline.import(
    [message({ matching: 'custom', field_name: 'segments', field_value: 'all, none', data: { bonus: 1 } })],
    1,
  )
  const last = (await pipeline.events()).at(-1)?.event
  expect(last).toMatchObject({ type: 'ProfileUpdated', public: { candidates: maxCandidates } })
})

test('a long value makes a short key', async () => {
  const value = 'x'.repeat(100_000)
  await pipeline.import([message({ email: 'ann@example.com', data: { [value]: value, tags: [value] } })], 1)
  const [ann] = await pipeline.profiles()
  expect(Math.max(...(ann?.keys ?? []).map((key) => key.length))).toBeLessThanOrEqual(200)
})
