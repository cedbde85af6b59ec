import { expect, test } from 'vitest'
import { buildMessage, bytesOf } from '../../support/builders/message-builders.ts'
import { Pipeline } from '../../support/pipeline/pipeline.ts'

/** As `workingSetBytes`. */
const bound = 64 * 1024 * 1024
const batchSize = 5

/** Short to say, large to keep: each tag has a key with the long name in it. */
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
