import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProfileDocument } from '../../application/ports/profile-document.ts'
import { foldLog } from '../../projections/fold-log.ts'
import { arbitraryMessage } from '../support/builders/arbitrary-messages.ts'
import { bytesOf } from '../support/builders/message-builders.ts'
import { withIdSuffix } from '../support/builders/with-id-suffix.ts'
import { Pipeline } from '../support/pipeline/pipeline.ts'

const forever = new AbortController().signal

test('the shares are disjoint and together complete, however small they are and whatever the ids', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitraryMessage(), { minLength: 1, maxLength: 40 }),
      fc.record({ documents: fc.integer({ min: 1, max: 5 }), bytes: fc.integer({ min: 1, max: 1000 }) }),
      fc.string(),
      async (messages, limit, suffix) => {
        const pipeline = new Pipeline()
        try {
          await pipeline.import(
            messages.map((message) => ({ body: bytesOf(message) })),
            50,
          )
          const { eventStore } = pipeline.stores
          const projection = withIdSuffix(pipeline.projections.profiles, suffix)
          const found: Array<ProfileDocument> = []
          const end = await eventStore.end()
          for await (const share of foldLog(projection, eventStore, end, forever, { limit })) {
            const folded = [...share.documents.values()]
            const bytes = folded.reduce((sum, { profile }) => sum + profile.bytes, 0)
            expect(folded.length).toBeLessThanOrEqual(limit.documents)
            if (folded.length > 1) expect(bytes).toBeLessThanOrEqual(limit.bytes)
            for (const id of share.documents.keys()) expect(share.holds(id)).toBe(true)
            found.push(...folded)
          }
          const byId = (a: ProfileDocument, b: ProfileDocument) =>
            a.profile.profile_id < b.profile.profile_id ? -1 : 1
          expect(found.sort(byId)).toEqual([...(await pipeline.foldedProfiles())].sort(byId))
        } finally {
          pipeline.close()
        }
      },
    ),
    { numRuns: 50 },
  )
})
