import { describe, expect, test } from 'vitest'
import { ReadModelSwitched } from '../../application/cannot-go-on.ts'
import type { Position } from '../../application/ports/position.ts'
import { runEventProcessor } from '../../application/processing/run-event-processor.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { profilesProjection } from '../../projections/profiles.ts'
import { readModelProjector } from '../../projections/read-model-projector.ts'
import { rebuild } from '../../projections/rebuild.ts'
import { givenPipeline, people } from '../support/pipeline/given-pipeline.ts'
import { scanLive } from '../support/pipeline/pipeline.ts'
import { until } from '../support/until.ts'

const forever = new AbortController().signal

const silent = { applied: () => {}, failed: () => {}, recovered: () => {} }

const ports = { clock: systemClock, chance: () => 0 }

describe('the projector of a read model', () => {
  test('continues with the generation that a rebuild has switched to', async () => {
    const pipeline = givenPipeline()
    const {
      eventStore,
      projectionStores: { profiles },
    } = pipeline.stores
    const ending = new AbortController()
    const projector = readModelProjector(pipeline.projections.profiles, profiles)
    const running = runEventProcessor(projector, eventStore, ports, silent, ending.signal)
    await pipeline.import(people('ann', 'bob'), 10)
    await rebuild(pipeline.projections.profiles, profiles, eventStore, forever, () => {})
    await pipeline.import(people('eve'), 10)
    await until(async () => (await scanLive(profiles)).length === 3)
    ending.abort()
    await running
    expect(await profiles.generations()).toMatchObject([{ id: 2, live: true }])
  })

  test('gives up its batch when a rebuild switches meanwhile', async () => {
    const pipeline = givenPipeline()
    const {
      eventStore,
      projectionStores: { profiles },
    } = pipeline.stores
    await pipeline.import(people('ann', 'ann'), 10)
    const projector = readModelProjector(pipeline.projections.profiles, profiles)
    const from = await projector.checkpoint()
    const update = (await pipeline.events()).filter(({ event }) => event.type === 'ProfileUpdated')
    expect(update).toHaveLength(1)
    await rebuild(pipeline.projections.profiles, profiles, eventStore, forever, () => {})
    expect(await projector.apply(update, from, '2' as Position, forever)).toBe('gone')
  })

  test('stops when another version was switched to', async () => {
    const pipeline = givenPipeline()
    const {
      eventStore,
      projectionStores: { profiles },
    } = pipeline.stores
    await pipeline.import(people('ann'), 10)
    const newer = profilesProjection(pipeline.rules.definitionOf, 'newer')
    await rebuild(newer, profiles, eventStore, forever, () => {})
    const older = readModelProjector(pipeline.projections.profiles, profiles)
    await expect(runEventProcessor(older, eventStore, ports, silent, forever)).rejects.toThrow(
      ReadModelSwitched,
    )
  })
})
