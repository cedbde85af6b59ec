import { afterEach, describe, expect, test } from 'vitest'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import { beginning, type Position } from '../../application/ports/position.ts'
import type { Reply, ReplySink } from '../../application/ports/reply-sink.ts'
import { StoreTrouble } from '../../application/ports/store-trouble.ts'
import { importIdCodec, profileIdOf } from '../../domain/ids.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { profilesProjection } from '../../projections/profiles.ts'
import { ForeignGeneration, readModelProjector } from '../../projections/read-model-projector.ts'
import { rebuild } from '../../projections/rebuild.ts'
import { replyProjector } from '../../projections/reply-projector.ts'
import { runProjector } from '../../projections/run-projector.ts'
import { verify } from '../../projections/verify.ts'
import { buildMessage, bytesOf } from '../support/builders.ts'
import { type Message, Pipeline, scanLive } from '../support/pipeline.ts'

const pipelines: Pipeline[] = []
const givenPipeline = (): Pipeline => {
  const pipeline = new Pipeline()
  pipelines.push(pipeline)
  return pipeline
}
afterEach(() => {
  for (const pipeline of pipelines.splice(0)) pipeline.close()
})

const forever = new AbortController().signal
const people = (...names: ReadonlyArray<string>): ReadonlyArray<Message> =>
  names.map((name) => ({ body: bytesOf(buildMessage({ email: `${name}@example.com` })) }))

const readModelOf = async ({ stores }: Pipeline) => {
  const live = (await stores.profiles.generations()).find((generation) => generation.live)
  if (live === undefined) throw new Error('no read model')
  return live
}

const silent = { applied: () => {}, failed: () => {}, recovered: () => {} }
const ports = { clock: systemClock, chance: () => 0 }
const away = new StoreTrouble('event store', 'away', 'the answer was lost')

const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await systemClock.sleep(5)
}

/** A queue in memory that fails when it is told to. */
const recordingSink = () => {
  const published: Reply[] = []
  let failures = 0
  const sink: ReplySink = {
    publish: async (replies) => {
      published.push(...replies)
      if (failures > 0) {
        failures -= 1
        throw away
      }
    },
  }
  return { sink, published, failNext: () => (failures += 1) }
}

const memoryCheckpoint = () => {
  let position: Position | undefined
  return {
    read: async () => position,
    write: async (expected: Position | undefined, next: Position) => {
      if (expected !== position) return false
      position = next
      return true
    },
  }
}

describe('the reply projector', () => {
  const run = async (pipeline: Pipeline, sink: ReplySink, checkpoint = memoryCheckpoint()) => {
    const ending = new AbortController()
    const projector = replyProjector(
      sink,
      () => true,
      checkpoint,
      () => {},
    )
    const end = await pipeline.stores.eventStore.end()
    const running = runProjector(projector, pipeline.stores.eventStore, ports, silent, ending.signal)
    await eventually(async () => (await checkpoint.read()) === end)
    ending.abort()
    await running
    return checkpoint
  }

  test('answers every outcome once and goes on from its checkpoint', async () => {
    const pipeline = givenPipeline()
    const { sink, published } = recordingSink()
    await pipeline.import(people('ann', 'bob'), 10)
    const checkpoint = await run(pipeline, sink)
    await pipeline.import(people('eve'), 10)
    await run(pipeline, sink, checkpoint)
    expect(published.map(({ verdict, position }) => [verdict, position])).toEqual([
      ['created', '1'],
      ['created', '2'],
      ['created', '3'],
    ])
  })

  test('publishes again what was not confirmed: at least one reply for each message', async () => {
    const pipeline = givenPipeline()
    const { sink, published, failNext } = recordingSink()
    await pipeline.import(people('ann', 'bob'), 10)
    failNext()
    await run(pipeline, sink)
    expect(published.map(({ position }) => position)).toEqual(['1', '2', '1', '2'])
  })

  test('does not say again what is confirmed when only its checkpoint could not be moved', async () => {
    const pipeline = givenPipeline()
    const { sink, published } = recordingSink()
    await pipeline.import(people('ann', 'bob'), 10)
    const { read, write } = memoryCheckpoint()
    let failures = 2
    const failing: typeof write = (expected, next) => {
      failures -= 1
      return failures >= 0 ? Promise.reject(away) : write(expected, next)
    }
    await run(pipeline, sink, { read, write: failing })
    expect(published.map(({ position }) => position)).toEqual(['1', '2'])
    expect(failures).toBe(-1)
  })

  test('answers only the source it serves', async () => {
    const pipeline = givenPipeline()
    const { sink, published } = recordingSink()
    await pipeline.import(people('ann'), 10)
    const checkpoint = memoryCheckpoint()
    const other = replyProjector(
      sink,
      (origin) => origin?.kind === 'ndjson',
      checkpoint,
      () => {},
    )
    const [from, events] = [await other.checkpoint(), await pipeline.events()]
    expect(await other.apply(events, from, '1' as Position, forever)).toBe('applied')
    expect(published).toEqual([])
    expect(await checkpoint.read()).toBe('1')
  })

  test('answers for a damaged event as far as that says whom', async () => {
    const pipeline = givenPipeline()
    const { sink, published } = recordingSink()
    await pipeline.import(people('ann', 'ann', 'ben'), 10)
    const events = (await pipeline.events()).map((recorded): RecordedEvent => {
      const { type, metadata } = recorded.event
      const damaged = { type: 'Unreadable', storedType: type, reason: 'damaged', problem: 'data' } as const
      if (metadata === undefined) throw new Error('no metadata')
      return { ...recorded, event: recorded.position === '3' ? damaged : { ...damaged, metadata } }
    })
    const projector = replyProjector(
      sink,
      (origin) => origin?.kind === 'queue',
      memoryCheckpoint(),
      () => {},
    )
    await projector.apply(events, await projector.checkpoint(), '3' as Position, forever)
    const [created] = events
    if (created === undefined || !importIdCodec.is(created.eventId)) throw new Error('no event')
    expect(published).toMatchObject([
      { position: '1', verdict: 'created', body: { error: 0, profile_id: profileIdOf(created.eventId) } },
      { position: '2', verdict: 'rejected', body: { error: 500, matching_field: 'email', profile_id: '' } },
    ])
  })

  test('gives way where another process has moved the checkpoint', async () => {
    const pipeline = givenPipeline()
    await pipeline.import(people('ann'), 10)
    const checkpoint = memoryCheckpoint()
    const projector = replyProjector(
      recordingSink().sink,
      () => true,
      checkpoint,
      () => {},
    )
    const from = await projector.checkpoint()
    await checkpoint.write(undefined, '1' as Position)
    expect(await projector.apply(await pipeline.events(), from, '1' as Position, forever)).toBe('stale')
  })
})

describe('a projector that has nothing to apply', () => {
  const idle = { name: 'idle', checkpoint: async () => beginning, apply: async () => 'applied' as const }
  const noting = () => {
    const told: string[] = []
    return { told, applied: () => {}, failed: () => told.push('failed'), recovered: () => told.push('over') }
  }

  test('and whose subscription fails at once is in trouble all the while, and waits longer each time', async () => {
    const { eventStore } = givenPipeline().stores
    const ending = new AbortController()
    const observer = noting()
    const subscribing = {
      ...eventStore,
      // biome-ignore lint/correctness/useYield: it fails before it has anything to give.
      async *subscribe() {
        throw away
      },
    }
    const running = runProjector(idle, subscribing, { ...ports, chance: () => 1 }, observer, ending.signal)
    await systemClock.sleep(800)
    ending.abort()
    await running
    // After 50, 100, 200 and 400 ms.
    expect(observer.told.length).toBeLessThanOrEqual(5)
    expect(new Set(observer.told)).toEqual(new Set(['failed']))
  })

  test('is over the trouble once its subscription stands', async () => {
    const { eventStore } = givenPipeline().stores
    const ending = new AbortController()
    const observer = noting()
    let failures = 2
    const store = {
      ...eventStore,
      async *subscribe(...asked: Parameters<typeof eventStore.subscribe>) {
        if (failures-- > 0) throw away
        yield* eventStore.subscribe(...asked)
      },
    }
    const running = runProjector(idle, store, ports, observer, ending.signal)
    await eventually(() => observer.told.includes('over'))
    ending.abort()
    await running
    expect(observer.told).toEqual(['failed', 'failed', 'over'])
  })
})

describe('the projector of a read model', () => {
  test('goes on with the generation that a rebuild has switched to', async () => {
    const pipeline = givenPipeline()
    const { eventStore, profiles } = pipeline.stores
    const ending = new AbortController()
    const projector = readModelProjector(pipeline.profilesProjection, profiles)
    const running = runProjector(projector, eventStore, ports, silent, ending.signal)
    await pipeline.import(people('ann', 'bob'), 10)
    await rebuild(pipeline.profilesProjection, profiles, eventStore, forever, () => {})
    await pipeline.import(people('eve'), 10)
    await eventually(async () => (await scanLive(profiles)).length === 3)
    ending.abort()
    await running
    expect(await profiles.generations()).toMatchObject([{ id: 2, live: true }])
  })

  test('gives up its batch when a rebuild switches meanwhile', async () => {
    const pipeline = givenPipeline()
    const { eventStore, profiles } = pipeline.stores
    await pipeline.import(people('ann', 'ann'), 10)
    const projector = readModelProjector(pipeline.profilesProjection, profiles)
    const from = await projector.checkpoint()
    const update = (await pipeline.events()).filter(({ event }) => event.type === 'ProfileUpdated')
    expect(update).toHaveLength(1)
    await rebuild(pipeline.profilesProjection, profiles, eventStore, forever, () => {})
    expect(await projector.apply(update, from, '2' as Position, forever)).toBe('gone')
  })

  test('stops where another version was switched to', async () => {
    const pipeline = givenPipeline()
    const { eventStore, profiles } = pipeline.stores
    await pipeline.import(people('ann'), 10)
    const newer = profilesProjection(pipeline.rules.definitionOf, 'newer')
    await rebuild(newer, profiles, eventStore, forever, () => {})
    const older = readModelProjector(pipeline.profilesProjection, profiles)
    await expect(runProjector(older, eventStore, ports, silent, forever)).rejects.toThrow(ForeignGeneration)
  })
})

describe('a rebuild', () => {
  test('goes on when another one switches to what it wanted to drop', async () => {
    const pipeline = givenPipeline()
    const { eventStore, profiles } = pipeline.stores
    await pipeline.import(people('ann', 'bob'), 10)
    await pipeline.project()
    const { checkpoint } = await readModelOf(pipeline)
    const { id } = await profiles.create('of the other rebuild')
    await profiles.apply(id, { documents: [], revisions: new Map() }, beginning, checkpoint)
    const contended: typeof profiles = {
      ...profiles,
      drop: async (generation) => {
        if (generation === id) await profiles.switchTo(id)
        await profiles.drop(generation)
      },
    }
    await rebuild(pipeline.profilesProjection, contended, eventStore, forever, () => {})
    expect((await profiles.generations()).filter(({ live }) => live)).toMatchObject([{ id: id + 1 }])
    expect(await scanLive(profiles)).toHaveLength(2)
  })

  test('that is interrupted leaves nothing behind', async () => {
    const pipeline = givenPipeline()
    const { eventStore, profiles } = pipeline.stores
    await pipeline.import(people('ann', 'bob'), 10)
    await pipeline.project()
    const before = await profiles.generations()
    const interrupt = new AbortController()
    const reason = new Error('enough')
    const rebuilding = rebuild(pipeline.profilesProjection, profiles, eventStore, interrupt.signal, () =>
      interrupt.abort(reason),
    )
    await expect(rebuilding).rejects.toBe(reason)
    expect(await profiles.generations()).toEqual(before)
  })
})

describe('verify', () => {
  const live = async (pipeline: Pipeline) => {
    const [generation] = await pipeline.stores.profiles.generations()
    if (generation === undefined) throw new Error('no generation')
    return generation
  }
  const check = async (pipeline: Pipeline, generation = live(pipeline)) =>
    verify(
      pipeline.profilesProjection,
      pipeline.stores.profiles,
      await generation,
      pipeline.stores.eventStore,
      forever,
    )

  test('finds what is missing, unexpected and different', async () => {
    const pipeline = givenPipeline()
    await pipeline.import(people('ann', 'bob', 'eve'), 10)
    const [ann, bob, eve] = await pipeline.profiles()
    const { profiles } = pipeline.stores
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

  test('takes lag for no difference', async () => {
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
