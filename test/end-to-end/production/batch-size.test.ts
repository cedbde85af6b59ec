import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openEventStoreDb } from '../../../infrastructure/eventstoredb/open-event-store-db.ts'
import { openMongoDb } from '../../../infrastructure/mongodb/open-mongodb.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { systemIds } from '../../../infrastructure/system/system-ids.ts'
import { type StandIn, startStandIn } from '../../support/eventstoredb/stand-in/stand-in.ts'
import { dropDatabase, uniqueDatabase } from '../../support/mongodb/unique-database.ts'
import { arbitraryStream, importedBy, type Result } from '../../support/pipeline/batch-law.ts'
import type { Message, PipelineOptions } from '../../support/pipeline/pipeline.ts'

const mongodbUrl = inject('mongodbUrl')

describe.skipIf(mongodbUrl === undefined)('on EventStoreDB and MongoDB', () => {
  let standIn: StandIn | undefined
  let eventStoreUrl = inject('eventStoreUrl')
  beforeAll(async () => {
    if (eventStoreUrl !== undefined) return
    standIn = await startStandIn()
    eventStoreUrl = standIn.url
  })
  afterAll(() => standIn?.close())

  /** Like `importedBy`, on an empty log and a separate database. */
  const importedByServers = async (
    messages: ReadonlyArray<Message>,
    batchSize: number,
    options: PipelineOptions = {},
  ): Promise<Result> => {
    const database = uniqueDatabase(mongodbUrl ?? '')
    const log = openEventStoreDb(eventStoreUrl ?? '', { clock: systemClock, prefix: `test-${randomUUID()}-` })
    const readModels = openMongoDb(database.url)
    try {
      const { eventStore } = log
      // The embedded log has one from the start: otherwise the imports would have other ids.
      await eventStore.writeIdentity(undefined, { log_id: systemIds.fresh(), epoch: 1 })
      return await importedBy(messages, batchSize, { ...options, stores: { ...readModels, eventStore } })
    } finally {
      await Promise.all([log.close(), readModels.close()])
      await dropDatabase(database)
    }
  }

  test('neither the batch size nor the lag of the projections nor the stores change the result', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryStream, fc.infiniteStream(fc.nat({ max: 3 })), async (messages, steps) => {
        const projectorSteps = () => steps.next().value ?? 1
        const oneByOne = await importedBy(messages, 1)
        expect(await importedByServers(messages, 500)).toEqual(oneByOne)
        expect(await importedByServers(messages, 7, { projectorSteps })).toEqual(oneByOne)
      }),
      { numRuns: 20, endOnFailure: true },
    )
  })
})
