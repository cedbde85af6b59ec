import { describe, expect, test } from 'vitest'
import type { EventStore } from '../../application/ports/event-store.ts'
import { beginning, type Position } from '../../application/ports/position.ts'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import { rebuild } from '../../projections/rebuild.ts'
import { withIdSuffix } from '../support/builders/with-id-suffix.ts'
import { givenPipeline, people } from '../support/pipeline/given-pipeline.ts'
import { type Pipeline, scanLive } from '../support/pipeline/pipeline.ts'

const forever = new AbortController().signal

const readModelOf = async ({ stores }: Pipeline) => {
  const live = (await stores.projectionStores.profiles.generations()).find((generation) => generation.live)
  if (live === undefined) throw new Error('no read model')
  return live
}

describe('a rebuild', () => {
  test('continues if another one switches to the generation that it wanted to drop', async () => {
    const pipeline = givenPipeline()
    const {
      eventStore,
      projectionStores: { profiles },
    } = pipeline.stores
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
    await rebuild(pipeline.projections.profiles, contended, eventStore, forever, () => {})
    expect((await profiles.generations()).filter(({ live }) => live)).toMatchObject([{ id: id + 1 }])
    expect(await scanLive(profiles)).toHaveLength(2)
  })

  test.each(['', '.example', '/2026-11-30'])('finds documents whose ids end in "%s"', async (suffix) => {
    const pipeline = givenPipeline()
    const { eventStore, projectionStores } = pipeline.stores
    await pipeline.import(people('ann', 'bob'), 10)
    const projection = withIdSuffix(pipeline.projections.profiles, suffix)
    const rebuilt = await rebuild(projection, projectionStores.profiles, eventStore, forever, () => {})
    expect(rebuilt).toMatchObject({ documents: 2, differences: 0 })
    expect(await scanLive(projectionStores.profiles)).toHaveLength(2)
  })

  test.each(['imports', 'search'] as const)(
    'of %s writes in log order, which its store keeps, whatever fits into memory',
    async (name) => {
      const pipeline = givenPipeline()
      const { eventStore, projectionStores } = pipeline.stores
      await pipeline.import(people('ann', 'bob', 'eve'), 1)
      const from: Array<Position> = []
      /** Of one event each, as if that were a whole batch. */
      const singly: EventStore = {
        ...eventStore,
        read: async function* (after, signal) {
          for await (const batch of eventStore.read(after, signal)) for (const event of batch) yield [event]
        },
      }
      const noting = <Id, Document>(store: ProjectionStore<Id, Document>): ProjectionStore<Id, Document> => ({
        ...store,
        apply: (generation, changes, checkpoint, to) => {
          from.push(checkpoint)
          return store.apply(generation, changes, checkpoint, to)
        },
      })
      const rebuilt =
        name === 'imports'
          ? rebuild(pipeline.projections.imports, noting(projectionStores.imports), singly, forever, () => {})
          : rebuild(pipeline.projections.search, noting(projectionStores.search), singly, forever, () => {})
      expect(await rebuilt).toMatchObject({ documents: 3, differences: 0 })
      // What is folded in memory is written in parts of no order, and moves the checkpoint at last.
      expect(from).toEqual([beginning, '1', '2'])
    },
  )

  test('leaves nothing behind when it is interrupted', async () => {
    const pipeline = givenPipeline()
    const {
      eventStore,
      projectionStores: { profiles },
    } = pipeline.stores
    await pipeline.import(people('ann', 'bob'), 10)
    await pipeline.project()
    const before = await profiles.generations()
    const interrupt = new AbortController()
    const reason = new Error('enough')
    const rebuilding = rebuild(pipeline.projections.profiles, profiles, eventStore, interrupt.signal, () =>
      interrupt.abort(reason),
    )
    await expect(rebuilding).rejects.toBe(reason)
    expect(await profiles.generations()).toEqual(before)
  })
})
