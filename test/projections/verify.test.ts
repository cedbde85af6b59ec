import { describe, expect, test } from 'vitest'
import type { Position } from '../../application/ports/position.ts'
import { verify } from '../../projections/verify.ts'
import { givenPipeline, people } from '../support/pipeline/given-pipeline.ts'
import type { Pipeline } from '../support/pipeline/pipeline.ts'

const forever = new AbortController().signal

describe('verify', () => {
  const live = async (pipeline: Pipeline) => {
    const [generation] = await pipeline.stores.projectionStores.profiles.generations()
    if (generation === undefined) throw new Error('no generation')
    return generation
  }
  const check = async (pipeline: Pipeline, generation = live(pipeline)) =>
    verify(
      pipeline.projections.profiles,
      pipeline.stores.projectionStores.profiles,
      await generation,
      pipeline.stores.eventStore,
      forever,
    )

  test('finds what is missing, unexpected and different', async () => {
    const pipeline = givenPipeline()
    await pipeline.import(people('ann', 'bob', 'eve'), 10)
    const [ann, bob, eve] = await pipeline.profiles()
    const {
      projectionStores: { profiles },
    } = pipeline.stores
    const wrong = await profiles.create('wrong')
    if (ann === undefined || bob === undefined || eve === undefined) throw new Error('no profiles')
    const changed = { ...bob, profile: { ...bob.profile, fields: { email: 'changed@example.com' } } }
    const strange = {
      ...eve,
      profile: { ...eve.profile, profile_id: 'f'.repeat(24) as typeof eve.profile.profile_id },
    }
    const revisions = new Map([['profiles-1.7', 2]])
    await profiles.apply(
      wrong.id,
      { documents: [ann, changed, strange], revisions },
      wrong.checkpoint,
      '3' as Position,
    )
    const found = await check(pipeline, Promise.resolve({ ...wrong, checkpoint: '3' as Position }))
    expect(found).toMatchObject({ differences: 3, documents: 3 })
    expect([...found.examples].sort((a, b) => (a.problem < b.problem ? -1 : 1))).toEqual([
      { id: bob.profile.profile_id, problem: 'different' },
      { id: eve.profile.profile_id, problem: 'missing' },
      { id: 'f'.repeat(24), problem: 'unexpected' },
    ])
  })

  test('does not count lag as a difference', async () => {
    const pipeline = givenPipeline()
    await pipeline.import(people('ann', 'bob'), 10)
    await pipeline.project()
    const generation = await live(pipeline)
    expect(
      await check(pipeline, Promise.resolve({ ...generation, checkpoint: '1' as Position })),
    ).toMatchObject({
      differences: 0,
    })
  })
})
