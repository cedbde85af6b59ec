import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { StoreTrouble } from '../../../application/ports/store-trouble.ts'
import { type Difference, whatIf } from '../../../application/rehearsing/what-if.ts'
import type { WhatIfScope } from '../../../application/rehearsing/what-if-scope.ts'
import { defaultLimits } from '../../../domain/limits.ts'
import type { ImportRules } from '../../../domain/rules.ts'
import { openScratch } from '../../../infrastructure/sqlite/open-scratch.ts'
import { withTemporaryFolder } from '../../../infrastructure/system/temporary-folder.ts'
import { buildMessage, buildRules, bytesOf, declaring } from '../../support/builders/message-builders.ts'
import { manualClock } from '../../support/manual-clock.ts'
import { arbitraryStream } from '../../support/pipeline/batch-law.ts'
import { countedIds, type Message, Pipeline } from '../../support/pipeline/pipeline.ts'

const forever = new AbortController().signal

const compared = async (
  { stores, projections }: Pipeline,
  rules: ImportRules,
  scope: WhatIfScope = {},
  onDifference: (difference: Difference) => Promise<void> = async () => {},
) => {
  const differences: Array<Difference> = []
  const result = await withTemporaryFolder(async (folder) => {
    const scratch = await openScratch(folder, projections.profiles)
    const ports = {
      log: stores.eventStore,
      scratch,
      clock: manualClock().clock,
      chance: () => 0.5,
      ids: countedIds(),
    }
    const told = async (difference: Difference) => {
      differences.push(difference)
      await onDifference(difference)
    }
    try {
      return await whatIf(ports, rules, scope, told, forever)
    } finally {
      scratch.close()
    }
  })
  return { ...result, differences }
}

const message = (data: Parameters<typeof buildMessage>[0], rest: Omit<Message, 'body'> = {}): Message => ({
  body: bytesOf(buildMessage({ email: 'ann@example.com', data: data ?? {} })),
  ...rest,
})

const givenImported = async (...messages: ReadonlyArray<Message>): Promise<Pipeline> => {
  const pipeline = new Pipeline()
  onTestFinished(() => pipeline.close())
  await pipeline.import(messages, 10)
  return pipeline
}

test('the same rules give the same outcomes and profiles', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryStream, async (messages) => {
      const pipeline = new Pipeline()
      try {
        await pipeline.import(messages, 7)
        const events = await pipeline.readable()
        const { imports, leftOut, differences, profiles } = await compared(pipeline, pipeline.rules)
        expect(differences).toEqual([])
        expect(profiles).toEqual({ differ: 0, only_recorded: 0, only_rehearsed: 0 })
        const repetitions = events.filter(({ event }) => event.type === 'ImportRepeated').length
        expect(leftOut).toEqual({ repetitions, unreadable: 0, truncated: 0 })
        expect(imports).toBe(events.length - repetitions)
      } finally {
        pipeline.close()
      }
    }),
    { numRuns: 50 },
  )
})

test('a message that was refused for what is not kept has the same outcome', async () => {
  const latin = { contentEncoding: 'latin1' }
  const id = { properties: { message_id: 'm1' } }
  const pipeline = await givenImported(
    message({ a: 1 }, latin),
    message({ a: 1 }, id),
    message({ a: 2 }, id),
    message({ a: 1 }, id),
  )
  const { imports, leftOut, differences } = await compared(pipeline, pipeline.rules)
  expect({ imports, leftOut, differences }).toEqual({
    imports: 3,
    leftOut: { repetitions: 1, unreadable: 0, truncated: 0 },
    differences: [],
  })
})

test('a message that is not kept whole is left out, unless it is still too large', async () => {
  const limited = (message_bytes: number) => buildRules({ limits: { ...defaultLimits, message_bytes } })
  const pipeline = new Pipeline({ rules: limited(100) })
  onTestFinished(() => pipeline.close())
  await pipeline.import([message({ a: 'x'.repeat(200) })], 10)
  const count = async (bytes: number) => {
    const { imports, leftOut, differences } = await compared(pipeline, limited(bytes))
    return { imports, truncated: leftOut.truncated, differences: differences.length }
  }
  expect(await count(150)).toEqual({ imports: 1, truncated: 0, differences: 0 })
  expect(await count(1000)).toEqual({ imports: 0, truncated: 1, differences: 0 })
})

test('an update that would be refused leaves the profile as it was before', async () => {
  const pipeline = await givenImported(message({ a: 1 }), message({ a: 'x' }), message({ b: 1 }))
  const rules = declaring({ a: { type: 'int' } })
  const { differences, profiles, transitions } = await compared(pipeline, rules)
  expect(transitions).toHaveLength(1)
  expect(differences.at(-1)).toMatchObject({ fields: [{ field: 'a', recorded: 'x', rehearsed: 1 }] })
  expect(profiles).toEqual({ differ: 1, only_recorded: 0, only_rehearsed: 0 })
})

test('fails with what the receiver of differences throws', async () => {
  const pipeline = await givenImported(message({ a: 'x' }))
  const full = new StoreTrouble('read models', 'away', 'the disk is full')
  const ending = compared(pipeline, declaring({ a: { type: 'int' } }), {}, () => Promise.reject(full))
  await expect(ending).rejects.toBe(full)
})
