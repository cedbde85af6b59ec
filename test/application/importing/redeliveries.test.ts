import { expect, onTestFinished, test } from 'vitest'
import { buildMessage, bytesOf } from '../../support/builders/message-builders.ts'
import { Pipeline } from '../../support/pipeline/pipeline.ts'

test('an outcome of this session absorbs no redelivery, even if another database has conflicted', async () => {
  let conflicts = 1
  const pipeline = new Pipeline({
    faults: (eventStore) => ({
      ...eventStore,
      append: async (appends) => {
        const refused = appends.filter(({ stream }) => stream === 'profiles-1.2' && conflicts-- > 0)
        const results = await eventStore.append(appends.filter((append) => !refused.includes(append)))
        const written = results.values()
        return appends.map((append) =>
          refused.includes(append)
            ? { tag: 'Conflict', stream: append.stream }
            : (written.next().value ?? { tag: 'Conflict', stream: append.stream }),
        )
      },
    }),
  })
  onTestFinished(() => pipeline.close())
  const again = (db_id: number) => ({
    body: bytesOf(
      buildMessage({ db_id, email: 'ann@example.com', data: { n: { action: 'incr', value: 1 } } }),
    ),
    redelivered: true,
  })
  await pipeline.import([again(1), again(2), again(1)], 2)
  const streams = (await pipeline.events()).map(({ stream, event }) => [stream, event.type])
  expect(streams.sort()).toEqual([
    ['profiles-1.1', 'ProfileCreated'],
    ['profiles-1.1', 'ProfileUpdated'],
    ['profiles-1.2', 'ProfileCreated'],
  ])
  expect(conflicts).toBeLessThan(1)
})
