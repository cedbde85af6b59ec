import { beforeEach, describe, expect, test, vi } from 'vitest'
import { canonicalJson } from '../../../domain/canonical-json.ts'
import type { Json, JsonObject } from '../../../domain/json.ts'
import * as keys from '../../../domain/matching/keys.ts'
import { jsonBytes } from '../../../domain/member-bytes.ts'
import { buildMessage, bytesOf } from '../../support/builders/message-builders.ts'
import { Pipeline } from '../../support/pipeline/pipeline.ts'

// Calls are counted, not time; the functions are the real ones.
vi.mock('../../../domain/canonical-json.ts', { spy: true })
vi.mock('../../../domain/matching/keys.ts', { spy: true })
vi.mock('../../../domain/member-bytes.ts', { spy: true })

const counted = [
  canonicalJson,
  jsonBytes,
  keys.tagKey,
  keys.phoneKey,
  keys.customKey,
  keys.subscribedEmailKey,
]
const calls = () => counted.reduce((sum, each) => sum + vi.mocked(each).mock.calls.length, 0)

beforeEach(() => {
  vi.clearAllMocks()
})

const wide = 500
const messages = 60
const list = <A>(length: number, of: (i: number) => A): Array<A> => Array.from({ length }, (_, i) => of(i))
const saying = (data: JsonObject) => ({ body: bytesOf(buildMessage({ email: 'a@example.com', data })) })

/** The cost of `messages` of them in one batch, beyond that of the profile. */
const costOf = async (profile: JsonObject, change: (i: number) => JsonObject): Promise<number> => {
  const pipeline = new Pipeline()
  try {
    await pipeline.import([saying(profile)], 1)
    vi.clearAllMocks()
    await pipeline.import(
      list(messages, (i) => saying(change(i))),
      messages,
    )
    await pipeline.profiles()
    const replies = await pipeline.replies()
    expect(replies.filter(({ body }) => body.error !== 0)).toEqual([])
    return calls()
  } finally {
    pipeline.close()
  }
}

describe('the cost of a message about a wide profile is proportional to its changes', () => {
  const objects = list(wide, (id) => ({ id, text: 'x' }))
  const tags = list(wide, (i) => `tag ${i}`)
  const phones = list(wide, (i) => `+7900000${String(i).padStart(4, '0')}`)
  const subscription = (i: number, status: Json) => ({
    ...{ channel: 'email', resource_id: 1, email: `s${i}@example.com`, status },
  })

  test.each<[string, JsonObject, (i: number) => JsonObject]>([
    [
      'deleting from a list of objects what is not there',
      { o: objects },
      () => ({ o: { action: 'delete', value: [{}] } }),
    ],
    [
      'deleting from a list of objects',
      { o: objects },
      (i) => ({ o: { action: 'delete', value: [{ text: 'x', id: i }] } }),
    ],
    ['adding to a list of objects', { o: objects }, (i) => ({ o: { action: 'add', value: [{ n: i }] } })],
    ['adding to a list of tags', { t: tags }, (i) => ({ t: { action: 'add', value: [`n${i}`] } })],
    ['deleting from a list of tags', { t: tags }, (i) => ({ t: { action: 'delete', value: [`tag ${i}`] } })],
    [
      'adding a phone',
      { phones },
      (i) => ({ phones: { action: 'add', value: [`+7901000${String(i).padStart(4, '0')}`] } }),
    ],
    ['another field', { t: tags, phones, o: objects }, (i) => ({ n: i })],
    [
      'a field among many',
      Object.fromEntries(list(wide, (i) => [`f${i}`, 'x'])),
      (i) => ({ [`f${i}`]: 'y' }),
    ],
    [
      'a path in a large object',
      { o: Object.fromEntries(list(wide, (i) => [`f${i}`, 'x'])) },
      (i) => ({ o: { action: 'upsert', submatch: 'f1', value: i } }),
    ],
    [
      'a path that no element has',
      { o: objects },
      (i) => ({ o: { action: 'upsert', submatch: 'none', value: i } }),
    ],
    [
      'one of many subscriptions',
      { subscriptions: list(150, (i) => subscription(i, 'on')) },
      (i) => ({ subscriptions: [subscription(i, 'off')] }),
    ],
  ])('%s', async (_what, profile, change) => {
    // Proportional to the profile, and once each: its keys, and its indexes for the importer and the projection.
    // Otherwise each of the 60 messages would cost 500 more.
    expect(await costOf(profile, change)).toBeLessThan(8 * wide + 30 * messages)
  })
})
