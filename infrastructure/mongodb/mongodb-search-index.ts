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

type Lists = SearchQuery['allOf']

/**
 * Answers a page in three round trips: which list of terms finds the least; where what it finds ends if
 * `examinedPerPage` are examined, by the index alone; and those of them that the whole query finds.
 */
export const createSearchIndex = (connection: Connection): SearchIndex => {
  const reader = openLiveReader(connection, 'search')
  const ask = async <Row extends Place>(stages: ReadonlyArray<Document>): Promise<ReadonlyArray<Row>> => {
    const answer = await reader.ask<Row>([], (collection) => ({ collection, pipeline: stages }))
    return [...(answer?.rows ?? [])].sort(byNewest)
  }

  /** How many entries a list of terms finds, up to `examinedPerPage`. */
  const count = async (range: ReadonlyArray<Document>, terms: ReadonlyArray<number>): Promise<number> => {
    const answer = await reader.ask<{ readonly count: number }>([], (collection) => ({
      collection,
      pipeline: [
        { $match: { $and: [...range, ...termsIn([terms])] } },
        { $limit: examinedPerPage },
        { $count: 'count' },
      ],
    }))
    return answer?.rows[0]?.count ?? 0
  }

  const rarestOf = async (range: ReadonlyArray<Document>, lists: Lists): Promise<Lists> => {
    if (lists.length < 2) return lists
    const counts = await Promise.all(lists.map((terms) => count(range, terms)))
    return lists.slice(counts.indexOf(Math.min(...counts))).slice(0, 1)
  }

  return {
    find: async (query, limit, after) => {
      const range = within(query, after)
      const rarest = await rarestOf(range, query.allOf)
      const [last] = await ask<Place>([
        { $match: { $and: [...range, ...termsIn(rarest)] } },
        { $sort: newestFirst },
        { $skip: examinedPerPage - 1 },
        { $limit: 1 },
        { $project: { taken_at: 1 } },
      ])
      const found = await ask<StoredSearchEntry>([
        { $match: { $and: [...range, ...notAfter(last), ...termsIn(query.allOf)] } },
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

const termsIn = (lists: Lists): ReadonlyArray<Document> =>
  lists.map((terms) => ({ terms: { $in: [...terms] } }))

/** The stage that adds the witness does not guarantee the order of rows. */
const byNewest = (a: Place, b: Place): number => {
  if (a.taken_at.getTime() !== b.taken_at.getTime()) return b.taken_at.getTime() - a.taken_at.getTime()
  return a._id < b._id ? 1 : -1
}
