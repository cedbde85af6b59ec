import { describe, expect, test } from 'vitest'
import type { EventStore, RecordedEvent } from '../../application/ports/event-store.ts'
import type { Position } from '../../application/ports/position.ts'
import type { UnreadableEvent } from '../../domain/events/stored-event.ts'
import { importRecordOf, importsProjection } from '../../projections/imports.ts'
import { Outlasting } from '../../projections/outlasting.ts'
import { eachReadModel } from '../../projections/registry.ts'
import { verify } from '../../projections/verify.ts'
import { anImportId } from '../support/builders/event-builders.ts'
import { buildMessage, bytesOf } from '../support/builders/message-builders.ts'
import { givenPipeline, people } from '../support/pipeline/given-pipeline.ts'
import type { Pipeline } from '../support/pipeline/pipeline.ts'

const forever = new AbortController().signal

const unreadable = (recorded: RecordedEvent, storedType: string = recorded.event.type): UnreadableEvent => ({
  type: 'Unreadable',
  storedType,
  reason: 'damaged',
  problem: 'anything',
})

type Damage = (recorded: RecordedEvent) => RecordedEvent

const damages: Readonly<Record<string, Damage>> = {
  'what happened': (recorded) => ({ ...recorded, event: unreadable(recorded) }),
  'the id': (recorded) => ({ ...recorded, eventId: anImportId(999), event: unreadable(recorded) }),
  'the id, which is now invalid': (recorded) => ({ ...recorded, eventId: 'x', event: unreadable(recorded) }),
  'the type': (recorded) => ({ ...recorded, event: unreadable(recorded, 'ImportRepeated') }),
  'the stream': (recorded) => ({ ...recorded, stream: 'profiles-5.5', event: unreadable(recorded) }),
}

/** The verification of each read model if the events are now read like this. */
const verified = async (
  { stores, projections }: Pipeline,
  asRead: (recorded: RecordedEvent) => ReadonlyArray<RecordedEvent>,
) => {
  const eventStore: EventStore = {
    ...stores.eventStore,
    async *read(after, signal) {
      for await (const batch of stores.eventStore.read(after, signal)) yield batch.flatMap(asRead)
    },
  }
  const { projectionStores, auditIndex } = stores
  const results: Record<string, object> = {}
  const checking = eachReadModel({ projections, projectionStores }, async ({ projection, store }, name) => {
    const [live] = await store.generations()
    if (live === undefined) throw new Error('no generation')
    const generation = { ...live, checkpoint: '9' as Position }
    const result = await verify(projection, store, generation, eventStore, forever, { auditIndex })
    results[name] = { differences: result.differences, outlasting: result.outlasting }
  })
  for (const checked of checking) await checked
  return results
}

/** ann created, ann updated, ben created, and a refusal in their database. */
const given = async () => {
  const pipeline = givenPipeline()
  const refused = { body: bytesOf(buildMessage({ email: 'eve@example.com', update_only: true })) }
  const update = { body: bytesOf(buildMessage({ email: 'ann@example.com', data: { _fname: 'Ann' } })) }
  await pipeline.import([...people('ann'), update, ...people('ben'), refused], 10)
  await pipeline.project()
  return pipeline
}

const none = { differences: 0, outlasting: 0 }
const one = { differences: 0, outlasting: 1 }

describe.each(Object.entries(damages))('if %s of an event is damaged', (_, damage) => {
  test.each([
    ['a create', '1', { profiles: one, imports: one, refusals: none, search: one }],
    ['an update', '2', { profiles: one, imports: one, refusals: none, search: one }],
    ['a refusal', '4', { profiles: none, imports: one, refusals: one, search: one }],
  ])('a read model that still shows %s has no difference', async (_event, position, expected) => {
    const damaged: Damage = (recorded) => (recorded.position === position ? damage(recorded) : recorded)
    expect(await verified(await given(), (recorded) => [damaged(recorded)])).toEqual(expected)
  })
})

test('an event that cannot be read and that a read model never had is a difference', async () => {
  const next = (recorded: RecordedEvent): RecordedEvent => ({
    ...recorded,
    position: '5' as Position,
    revision: 4,
    eventId: anImportId(999),
    event: unreadable(recorded),
  })
  const results = await verified(await given(), (recorded) =>
    recorded.position === '4' ? [recorded, next(recorded)] : [recorded],
  )
  expect(results).toMatchObject({ profiles: none, imports: { differences: 1, outlasting: 0 } })
})

test('finds the old document of a changed event in another share', async () => {
  const [event] = await (await given()).events()
  const found = event && importRecordOf(event)
  if (event === undefined || found === undefined) throw new Error('no event')
  const recorded = { ...event, eventId: anImportId(999), event: unreadable(event) }
  const outlasting = new Outlasting()
  const index = {
    lookup: async () => ({ records: new Map(), checkpoint: event.position, revisions: [] }),
  }
  const cleared = (
    missing: ReadonlyArray<string>,
    suspects: Map<string, { found: typeof found; expected: undefined }>,
  ) => outlasting.clear(importsProjection, { documents: 0, missing, suspects }, [recorded], index)
  expect(await cleared([anImportId(999), anImportId(5)], new Map())).toMatchObject({
    missing: [anImportId(5)],
  })
  expect(outlasting.missing()).toEqual([anImportId(999)])
  const suspects = new Map([[found.importId, { found, expected: undefined }]])
  expect((await cleared([], suspects)).suspects.size).toBe(0)
  expect(outlasting.missing()).toEqual([])
  expect(outlasting.documents).toBe(1)
})
