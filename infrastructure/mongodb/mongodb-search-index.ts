import type { Document } from 'mongodb'
import {
  examinedPerPage,
  type SearchCursor,
  type SearchIndex,
  type SearchQuery,
} from '../../application/ports/search-index.ts'
import { positionOf, sortablePosition } from '../text/sortable-position.ts'
import type { Connection } from './connection.ts'
import { openLiveReader } from './live-reader.ts'
import { newestFirst, type StoredSearchEntry, searchDocuments } from './search-documents.ts'

type Place = Pick<StoredSearchEntry, '_id' | 'taken_at'>

/**
 * Answers a page in two round trips: where the entries that one list of terms finds end if `examinedPerPage` of them
 * are examined, by the index alone; and those of them that the whole query finds.
 */
export const createSearchIndex = (connection: Connection): SearchIndex => {
  const reader = openLiveReader(connection, 'search')
  const ask = async <Row extends Place>(stages: ReadonlyArray<Document>): Promise<ReadonlyArray<Row>> => {
    const answer = await reader.ask<Row>([], (collection) => ({ collection, pipeline: stages }))
    return [...(answer?.rows ?? [])].sort(byNewest)
  }

  return {
    find: async (query, limit, after) => {
      const driver = [{ $match: { $and: [...within(query, after), ...termsIn(query.allOf.slice(0, 1))] } }]
      const [last] = await ask<Place>([
        ...driver,
        { $sort: newestFirst },
        { $skip: examinedPerPage - 1 },
        { $limit: 1 },
        { $project: { taken_at: 1 } },
      ])
      const found = await ask<StoredSearchEntry>([
        { $match: { $and: [...within(query, after), ...notAfter(last), ...termsIn(query.allOf)] } },
        { $sort: newestFirst },
        { $limit: limit },
      ])
      const next = found.length === limit ? found.at(-1) : last
      return {
        entries: found.map(searchDocuments.fromStored),
        ...(next !== undefined && {
          next: { time: next.taken_at.getTime(), position: positionOf(next._id) },
        }),
      }
    },
  }
}

const within = ({ since, until }: SearchQuery, after: SearchCursor | undefined): ReadonlyArray<Document> => [
  { taken_at: { $gte: new Date(since ?? 0) } },
  ...(until === undefined ? [] : [{ taken_at: { $lt: new Date(until) } }]),
  ...(after === undefined
    ? []
    : [afterPlace({ taken_at: new Date(after.time), _id: sortablePosition(after.position) })]),
]

const afterPlace = ({ taken_at, _id }: Place): Document => ({
  taken_at: { $lte: taken_at },
  $or: [{ taken_at: { $lt: taken_at } }, { _id: { $lt: _id } }],
})

const notAfter = (last: Place | undefined): ReadonlyArray<Document> =>
  last === undefined
    ? []
    : [
        { taken_at: { $gte: last.taken_at } },
        { $or: [{ taken_at: { $gt: last.taken_at } }, { _id: { $gte: last._id } }] },
      ]

const termsIn = (lists: SearchQuery['allOf']): ReadonlyArray<Document> =>
  lists.map((terms) => ({ terms: { $in: [...terms] } }))

/** The stage that adds the witness does not guarantee the order of rows. */
const byNewest = (a: Place, b: Place): number => {
  if (a.taken_at.getTime() !== b.taken_at.getTime()) return b.taken_at.getTime() - a.taken_at.getTime()
  return a._id < b._id ? 1 : -1
}
