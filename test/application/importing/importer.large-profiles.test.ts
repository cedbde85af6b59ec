import { expect, test } from 'vitest'
import type { JsonObject } from '../../../domain/json.ts'
import { defaultLimits } from '../../../domain/limits.ts'
import { buildMessage, buildRules, bytesOf } from '../../support/builders/message-builders.ts'
import { Pipeline } from '../../support/pipeline/pipeline.ts'

/** Equals `workingSetBytes`. */
const bound = 16 * 1024 * 1024
const batchSize = 5

/** A short message for a large profile: the key of each tag contains the long name. */
const tagged = (n: number) => ({
  body: bytesOf(
    buildMessage({
      email: `p${n}@example.com`,
      data: { ['n'.repeat(190)]: Array.from({ length: 4900 }, (_, i) => i.toString(36)) },
    }),
  ),
})

test('the importer waits while large profiles wait for a projection, however few they are', async () => {
  let most = 0
  const pipeline: Pipeline = new Pipeline({
    projectorSteps: () => 1,
    faults: (eventStore) => ({
      ...eventStore,
      append: async (appends) => {
        const results = await eventStore.append(appends)
        const applied = Number(await pipeline.stores.profileDirectory.checkpoint())
        most = Math.max(most, Number(await eventStore.end()) - applied)
        return results
      },
    }),
  })
  try {
    const { acknowledged } = await pipeline.import(
      Array.from({ length: 100 }, (_, n) => tagged(n)),
      batchSize,
    )
    expect(acknowledged).toBe(100)
    const [first] = await pipeline.profiles()
    const fitting = bound / (first?.profile.bytes ?? 0)
    expect(most).toBeGreaterThanOrEqual(Math.floor(fitting))
    expect(most).toBeLessThanOrEqual(Math.ceil(fitting) + batchSize)
  } finally {
    pipeline.close()
  }
})

test('large profiles are looked up in parts, with the same result', async () => {
  let appends = 0
  const count = 40
  const pipeline = new Pipeline({
    rules: buildRules({ limits: { ...defaultLimits, message_bytes: 2 ** 20 } }),
    faults: (eventStore) => ({
      ...eventStore,
      append: (some) => {
        appends += 1
        return eventStore.append(some)
      },
    }),
  })
  const saying = (n: number, data: JsonObject) => ({
    body: bytesOf(buildMessage({ email: `p${n % count}@example.com`, data })),
  })
  const digits = Array.from({ length: 50 }, (_, i) => [`l${i}`, new Array(10_000).fill(1)])
  try {
    await pipeline.import(
      Array.from({ length: count }, (_, n) => saying(n, Object.fromEntries(digits))),
      1,
    )
    const before = appends
    const changes = Array.from({ length: 2 * count }, (_, n) => saying(n, { n }))
    expect(await pipeline.import(changes, changes.length)).toEqual({ acknowledged: 2 * count })
    expect(appends - before).toBeGreaterThan(count / 10)
    expect((await pipeline.replies()).map(({ verdict }) => verdict).slice(count)).toEqual(
      changes.map(() => 'updated'),
    )
    const profiles = await pipeline.profiles()
    expect(profiles.map(({ profile }) => profile.fields.n)).toEqual(
      Array.from({ length: count }, (_, n) => n + count),
    )
  } finally {
    pipeline.close()
  }
})
