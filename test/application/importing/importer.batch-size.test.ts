import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultLimits } from '../../../domain/limits.ts'
import { rebuild } from '../../../projections/rebuild.ts'
import { verify } from '../../../projections/verify.ts'
import { buildRules } from '../../support/builders/message-builders.ts'
import { arbitraryStream, importedBy } from '../../support/pipeline/batch-law.ts'
import { Pipeline, scanLive } from '../../support/pipeline/pipeline.ts'

const forever = new AbortController().signal

test('the batch size and the lag of the projections do not change the result', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryStream, fc.infiniteStream(fc.nat({ max: 3 })), async (messages, steps) => {
      const lagging = () => steps.next().value ?? 1
      const oneByOne = await importedBy(messages, 1)
      expect(await importedBy(messages, 7)).toEqual(oneByOne)
      expect(await importedBy(messages, 500)).toEqual(oneByOne)
      expect(await importedBy(messages, 7, { projectorSteps: lagging })).toEqual(oneByOne)
      expect(await importedBy(messages, 1, { projectorSteps: lagging })).toEqual(oneByOne)
    }),
    { numRuns: 200 },
  )
})

test('nor do they when profiles are at their limit of bytes', { timeout: 300_000 }, async () => {
  const rules = buildRules({ limits: { ...defaultLimits, profile_bytes: 400 } })
  let refused = 0
  await fc.assert(
    fc.asyncProperty(arbitraryStream, fc.infiniteStream(fc.nat({ max: 3 })), async (messages, steps) => {
      const projectorSteps = () => steps.next().value ?? 1
      const oneByOne = await importedBy(messages, 1, { rules })
      expect(await importedBy(messages, 7, { rules, projectorSteps })).toEqual(oneByOne)
      expect(await importedBy(messages, 500, { rules })).toEqual(oneByOne)
      refused += JSON.stringify(oneByOne.replies).split('profile: exceeds the limit of 400 bytes').length - 1
    }),
    { numRuns: 100 },
  )
  expect(refused).toBeGreaterThan(20)
})

test('a rebuilt read model equals the live one', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryStream, async (messages) => {
      const pipeline = new Pipeline()
      try {
        await pipeline.import(messages, 7)
        const live = await pipeline.profiles()
        const {
          eventStore,
          projectionStores: { profiles },
        } = pipeline.stores
        const { differences } = await rebuild(
          pipeline.projections.profiles,
          profiles,
          eventStore,
          forever,
          () => {},
        )
        expect(differences).toBe(0)
        expect(await scanLive(profiles)).toEqual(live)
        const [generation] = await profiles.generations()
        expect(generation).toMatchObject({ id: 2, live: true })
        if (generation === undefined) return
        const again = await verify(pipeline.projections.profiles, profiles, generation, eventStore, forever)
        expect(again).toMatchObject({ differences: 0, documents: live.length })
      } finally {
        pipeline.close()
      }
    }),
    { numRuns: 50 },
  )
})
