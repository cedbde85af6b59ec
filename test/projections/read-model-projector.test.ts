import { describe, expect, test } from 'vitest'
import { ReadModelSwitched } from '../../application/cannot-go-on.ts'
import { beginning, type Position } from '../../application/ports/position.ts'
import { runEventProcessor } from '../../application/processing/run-event-processor.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { profilesProjection } from '../../projections/profiles.ts'
import { applyToGeneration, readModelProjector } from '../../projections/read-model-projector.ts'
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
    const projector = readModelProjector(pipeline.projections.profiles, profiles, eventStore)
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
    const projector = readModelProjector(pipeline.projections.profiles, profiles, eventStore)
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
    const older = readModelProjector(pipeline.projections.profiles, profiles, eventStore)
    await expect(runEventProcessor(older, eventStore, ports, silent, forever)).rejects.toThrow(
      ReadModelSwitched,
    )
  })

  test.each([1, 2, 3])(
    'applies a batch in parts if no more than %i of its documents are loaded',
    async (most) => {
      const pipeline = givenPipeline()
      const {
        eventStore,
        projectionStores: { profiles },
      } = pipeline.stores
      await pipeline.import(people('ann', 'bob', 'eve', 'dan'), 10)
      await pipeline.import(people('bob', 'ann', 'bob', 'dan', 'ann', 'eve', 'bob'), 10)
      const asLive = await pipeline.profiles()
      const { id } = await profiles.create('v1')
      const applied: Array<Position> = []
      const leaving: typeof profiles = {
        ...profiles,
        load: async (generation, ids) => {
          const loaded = await profiles.load(generation, ids.slice(0, most))
          return loaded === 'gone' ? loaded : { ...loaded, left: Math.max(0, ids.length - most) }
        },
        apply: async (generation, changes, from, to) => {
          applied.push(to)
          return profiles.apply(generation, changes, from, to)
        },
      }
      const [creations, updates] = [await pipeline.events(), await pipeline.events()].map((events, i) =>
        events.filter(({ event }) => (event.type === 'ProfileCreated') === (i === 0)),
      )
      const fold = (events = creations, from = beginning, to = '4' as Position) =>
        applyToGeneration(pipeline.projections.profiles, leaving, id, events ?? [], from, to)
      expect(await fold()).toBe('applied')
      expect(await fold(updates, '4' as Position, await eventStore.end())).toBe('applied')
      expect(applied.length).toBeGreaterThan(2)
      expect(applied).toEqual([...new Set(applied)].sort((a, b) => Number(a) - Number(b)))
      expect(applied.at(-1)).toBe(await eventStore.end())
      await profiles.switchTo(id)
      expect(await scanLive(profiles)).toEqual(asLive)
    },
  )
})
