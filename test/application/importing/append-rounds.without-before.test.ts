import { expect, onTestFinished, test } from 'vitest'
import type { Json } from '../../../domain/json.ts'
import { buildMessage, bytesOf } from '../../support/builders/message-builders.ts'
import { Pipeline } from '../../support/pipeline/pipeline.ts'

const note = (value: Json) => ({
  body: bytesOf(buildMessage({ email: 'ann@example.com', data: { note: value } })),
})

test('an event that would be too large with its before-values is recorded without them, and says so', async () => {
  const pipeline = new Pipeline({
    faults: (eventStore) => ({ ...eventStore, limits: { maxEventBytes: 4000, maxAppendBytes: 6000 } }),
  })
  onTestFinished(() => pipeline.close())
  const [long, less] = ['x'.repeat(1500), 'y'.repeat(1000)]
  await pipeline.import([note(long), note(less), note(null)], 10)
  const changes = (await pipeline.events()).map(({ event }) => 'personal' in event && event.personal)
  expect(changes).toMatchObject([
    { changes: [{ field: 'note', value: long }, { field: 'email' }] },
    { changes: [{ field: 'note', action: 'set', value: less }], without_before: true },
    { changes: [{ field: 'note', action: 'unset', was: less }] },
  ])
  expect(changes[1]).not.toHaveProperty(['changes', 0, 'was'])
  expect(changes[2]).not.toHaveProperty('without_before')
  expect((await pipeline.profiles())[0]?.profile.fields).not.toHaveProperty('note')
})
