import type { RefusalCounts } from '../../application/ports/refusal-counts.ts'
import type { Connection } from './connection.ts'
import { openLiveReader } from './live-reader.ts'
import { refusalDocuments, type StoredRefusals } from './refusal-documents.ts'

/** Documents may be large: each holds up to a thousand groups. */
const pageLimit = 64

/** Reads a page at a time from the live generation. */
export const createRefusalCounts = (connection: Connection): RefusalCounts => {
  const reader = openLiveReader(connection, 'refusals')
  return {
    days: async function* ({ since = '', until = '~' }) {
      let after: Pick<StoredRefusals, 'stream' | 'day'> | undefined = { stream: '', day: '' }
      while (after !== undefined) {
        const { stream, day }: Pick<StoredRefusals, 'stream' | 'day'> = after
        const answer = await reader.ask<StoredRefusals>([], (collection) => ({
          collection,
          pipeline: [
            {
              $match: {
                $or: [{ stream: { $gt: stream } }, { stream, day: { $gt: day } }],
                day: { $gte: since, $lt: until },
              },
            },
            { $sort: refusalDocuments.scanOrder },
            { $limit: pageLimit },
          ],
        }))
        const page = inOrder(answer?.rows ?? [])
        for (const stored of page) yield refusalDocuments.fromStored(stored)
        after = page.at(-1)
      }
    },
  }
}

/** The stage that adds the witness does not guarantee the order of rows. */
const inOrder = (rows: ReadonlyArray<StoredRefusals>): ReadonlyArray<StoredRefusals> =>
  [...rows].sort((a, b) => {
    if (a.stream !== b.stream) return a.stream < b.stream ? -1 : 1
    return a.day < b.day ? -1 : 1
  })
