import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JsonObject } from '../../domain/json.ts'
import { defaultLimits } from '../../domain/limits.ts'
import { verify } from '../../projections/verify.ts'
import { bytesOf } from '../support/builders/message-builders.ts'
import { Pipeline } from '../support/pipeline/pipeline.ts'

let pipeline: Pipeline
beforeEach(() => {
  pipeline = new Pipeline()
})
afterEach(() => pipeline.close())

const message = (data: JsonObject) => ({
  body: bytesOf({ account_id: 1, db_id: 7, email: 'ann@example.com', data }),
})
const long = 'x'.repeat(120_000)

/** Every outcome, and the final size of the only profile. */
const outcome = async () => {
  const errors = (await pipeline.replies()).map(({ body }) => body.error)
  const [ann, ...others] = await pipeline.profiles()
  expect(others).toEqual([])
  return { errors, bytes: ann?.profile.bytes ?? 0, ann }
}

const differences = async (): Promise<number> => {
  const {
    projectionStores: { profiles },
    eventStore,
  } = pipeline.stores
  const [live] = await profiles.generations()
  if (live === undefined) throw new Error('there is no read model')
  const { signal } = new AbortController()
  const compared = await verify(pipeline.projections.profiles, profiles, live, eventStore, signal)
  return compared.differences
}

test('large messages cannot make a profile larger than MAX_PROFILE_BYTES, and it can still be changed', async () => {
  await pipeline.import(
    [
      ...Array.from({ length: 100 }, (_, n) => message({ [`note${n}`]: long })),
      message({ city: 'Riga' }),
      message({ note0: null, another: long }),
    ],
    10,
  )
  const { errors, bytes } = await outcome()
  const taken = errors.indexOf(413)
  expect(taken).toBe(Math.floor(defaultLimits.profile_bytes / (long.length + 300)))
  expect(errors).toEqual([...new Array(taken).fill(0), ...new Array(100 - taken).fill(413), ...[0, 0]])
  expect(bytes).toBeLessThanOrEqual(defaultLimits.profile_bytes)
  expect(await differences()).toBe(0)
})

test('nor can one message that puts a text into every element of a list', async () => {
  const elements = Array.from({ length: 10_000 }, () => ({ a: 1 }))
  const used = process.cpuUsage()
  await pipeline.import(
    [
      message({ list: elements }),
      ...new Array(20).fill(message({ list: { action: 'upsert', submatch: 'a', value: long } })),
      message({ list: { action: 'upsert', submatch: 'a', value: 2 } }),
    ],
    10,
  )
  const { errors, ann } = await outcome()
  expect(errors).toEqual([0, ...new Array(20).fill(413), 0])
  expect(ann?.profile.fields.list).toEqual(elements.map(() => ({ a: 2 })))
  // Microseconds of this process, however busy the machine is. Each text written out would take a second a message.
  expect(process.cpuUsage(used).user).toBeLessThan(10_000_000)
})

test('nor can an object of thousands of members, of which only a limited number is examined', async () => {
  const members = Object.fromEntries(Array.from({ length: 9000 }, (_, n) => [`m${n}`, n]))
  const used = process.cpuUsage()
  await pipeline.import(
    [
      message({ list: Array.from({ length: 10_000 }, () => ({ a: {} })) }),
      message({ list: { action: 'upsert', submatch: 'a', value: members } }),
    ],
    1,
  )
  expect((await outcome()).errors).toEqual([0, 413])
  // Microseconds of this process, however busy the machine is. Each text written out would take a second a message.
  expect(process.cpuUsage(used).user).toBeLessThan(10_000_000)
})

test('nor can keys with a long name before every short tag', async () => {
  const tags = (n: number) => Array.from({ length: 4000 }, (_, i) => (4000 * n + i).toString(36))
  const growing = (n: number) => message({ ['n'.repeat(180)]: { action: 'add', value: tags(n) } })
  await pipeline.import([0, 1].map(growing), 1)
  const { errors, bytes, ann } = await outcome()
  expect(errors).toEqual([0, 413])
  const keyBytes = (ann?.keys ?? []).reduce((sum, key) => sum + Buffer.byteLength(key), 0)
  expect(keyBytes).toBeGreaterThan(700_000)
  expect(keyBytes).toBeLessThan(bytes)
})
