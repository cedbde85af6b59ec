import { expect, test } from 'vitest'
import type { Position } from '../../application/ports/position.ts'
import { StoreTrouble } from '../../application/ports/store-trouble.ts'
import type { ReadCheckpoint } from '../../application/until-projected.ts'
import { runPipeline } from '../../service/run-pipeline.ts'
import { manualClock } from '../support/manual-clock.ts'
import { givenPipeline, people } from '../support/pipeline/given-pipeline.ts'
import { until } from '../support/until.ts'

const silent = { failed: () => {}, recovered: () => {} }

const [first, end] = ['1' as Position, '2' as Position]

const never: ReadCheckpoint = () => new Promise(() => {})

/** The source has ended, and the log has two events. */
const draining = async (projected: Readonly<Record<string, ReadCheckpoint>>) => {
  const pipeline = givenPipeline()
  await pipeline.import(people('ann', 'bob'), 10)
  const { eventStore, auditIndex, profileDirectory: directory } = pipeline.stores
  const { clock, pass, sleeping } = manualClock()
  const chance = () => 1
  const leftBehind: Array<ReadonlyArray<string>> = []
  const ended = runPipeline(
    {
      ...{ eventStore, auditIndex, clock, chance },
      queue: 'another',
      importing: {
        ...{ eventStore, directory, auditIndex, clock, chance },
        ids: pipeline.ids,
        source: { open: async () => undefined },
        settings: { rules: pipeline.rules, profilesVersion: '1', batchSize: 1, workingSetBatches: 1 },
        prefetch: 1,
        observer: {
          ...silent,
          imported: () => {},
          conflicted: () => {},
          appendUnknown: () => {},
          replaysUnproven: () => {},
          defect: () => {},
        },
      },
      replying: undefined,
      beside: [],
      lookedUp: new Map(),
      projected: new Map(Object.entries(projected)),
      repliesFrom: undefined,
      processing: { ...silent, applied: () => {} },
      components: { stopped: () => {}, works: () => {} },
      leftBehind: (names) => leftBehind.push(names),
      starting: silent,
    },
    new AbortController().signal,
  )
  return { ended, pass, sleeping, leftBehind }
}

test('the end of a stop tells nothing if everything has reached the end of the log', async () => {
  let refusals = first
  const { ended, pass, sleeping, leftBehind } = await draining({
    profiles: async () => end,
    refusals: async () => refusals,
  })
  // The limit, and the next look at the refusals.
  await until(() => sleeping() === 2)
  refusals = end
  await pass(5)
  await ended
  expect(leftBehind).toEqual([])
  expect(sleeping()).toBe(0)
})

test('the end of a stop waits five seconds, and tells what has not reached the end of the log', async () => {
  const away = new StoreTrouble('read models', 'away', 'no answer')
  const { ended, pass, sleeping, leftBehind } = await draining({
    profiles: async () => end,
    refusals: async () => first,
    audit: never,
    counts: () => Promise.reject(away),
  })
  // The limit, the next look at the refusals, and the next try of the counts.
  await until(() => sleeping() === 3)
  await pass(4999)
  await until(() => sleeping() === 3)
  expect(leftBehind).toEqual([])
  await pass(1)
  await ended
  expect(leftBehind).toEqual([['refusals', 'audit', 'counts']])
})
