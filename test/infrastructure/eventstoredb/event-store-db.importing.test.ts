import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openEventStoreDb } from '../../../infrastructure/eventstoredb/open-event-store-db.ts'
import { arbitraryMessage } from '../../support/builders/arbitrary-messages.ts'
import { bytesOf } from '../../support/builders/message-builders.ts'
import { aServer, hastyClock } from '../../support/eventstoredb/opened.ts'
import type { AppendFault } from '../../support/eventstoredb/stand-in/faults.ts'
import { refusals } from '../../support/eventstoredb/stand-in/refusals.ts'
import { type Message, Pipeline, type PipelineOptions } from '../../support/pipeline/pipeline.ts'

const messages: fc.Arbitrary<ReadonlyArray<Message>> = fc.array(
  fc.record({
    body: arbitraryMessage().map(bytesOf),
    properties: fc.nat({ max: 30 }).map((n) => ({ message_id: `m${n}` })),
  }),
  { minLength: 1, maxLength: 40 },
)

/** `soon`: applied before the importer looks, otherwise after it. */
const faults: fc.Arbitrary<ReadonlyArray<AppendFault | 'none' | 'soon'>> = fc.array(
  fc.constantFrom<AppendFault | 'none' | 'soon'>(
    'none',
    'none',
    'soon',
    { tag: 'Cut', applied: true },
    { tag: 'Cut', applied: false },
    { tag: 'Unanswered' },
    { tag: 'Refused', refusal: refusals.unavailable('busy') },
    { tag: 'Refused', refusal: refusals.internal('broken') },
  ),
  { maxLength: 8 },
)

const comes = async (ms: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, ms))
}

const resultOf = async (given: ReadonlyArray<Message>, options: PipelineOptions) => {
  const pipeline = new Pipeline(options)
  try {
    const { acknowledged } = await pipeline.import(given, 7)
    expect(acknowledged).toBe(given.length)
    return {
      // A repetition has a fresh id of its own, and so does whatever was decided in vain.
      outcomes: (await pipeline.events())
        .map(({ stream, revision, event }) => ({ stream, revision, type: event.type }))
        .sort((a, b) => a.stream.localeCompare(b.stream) || a.revision - b.revision),
      profiles: await pipeline.profiles(),
    }
  } finally {
    pipeline.close()
  }
}

/** The second one once made the server recognise an append whose event was then not found. */
test.each([{}, { seed: 963525000 }])(
  'whatever happens to its appends, an import has the same result as on SQLite: %j',
  async (seed) => {
    await fc.assert(
      fc.asyncProperty(messages, faults, async (given, planned) => {
        const server = await aServer()
        for (const fault of planned) {
          if (fault === 'soon') server.faults.appends.push({ tag: 'AppliedLate', until: comes(100) })
          else if (fault === 'none') server.faults.appends.push({ tag: 'AnsweredLate', until: comes(0) })
          else server.faults.appends.push(fault)
        }
        const { eventStore, close } = openEventStoreDb(server.url, { clock: hastyClock })
        try {
          const onServer = await resultOf(given, { stores: { eventStore } })
          expect(onServer).toEqual(await resultOf(given, {}))
        } finally {
          await close()
        }
      }),
      { numRuns: 15, endOnFailure: true, ...seed },
    )
  },
)
