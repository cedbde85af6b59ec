import type { Document } from 'mongodb'
import { type KeySetQuery, oldestFetched } from '../../application/ports/profile-directory.ts'
import { maxCandidates } from '../../domain/matching/identity-key.ts'
import { projectionsCollection } from './collections.ts'
import type { LiveQuery } from './live-reader.ts'
import type { StoredProfile } from './profile-documents.ts'
import { encodeNumber, encodeText, type StoredJson, type StoredNumber } from './stored-json.ts'

/** One of the oldest profiles that a query found, or none: as many rows as profiles, and at least one. */
export interface FoundRow {
  /** The index of the query in the list. */
  readonly number: number
  /** The oldest profiles with the key, oldest first. */
  readonly found: ReadonlyArray<{ readonly created_revision: number }>
  readonly profile?: Omit<StoredProfile, '_id' | 'keys'>
}

interface AskedKey {
  readonly number: number
  readonly account_id: StoredNumber
  readonly db_id: StoredNumber
  readonly key: StoredJson
}

/**
 * All queries of a single key in one command. Each is looked up separately in index order, so that a key of half a million
 * profiles costs no more than its first hundred; `$in` over all keys would have to read all of them.
 */
export const keyLookup = (profiles: string, queries: ReadonlyArray<KeySetQuery>): LiveQuery => ({
  // Its single document starts the pipeline: servers before 5.1 have no `$documents`.
  collection: projectionsCollection,
  pipeline: [
    { $match: { _id: 'profiles' } },
    { $project: { _id: 0, query: { $literal: queries.map(asked) } } },
    { $unwind: '$query' },
    withKeys(profiles, 'query.key', 'found', [
      { $sort: { created_revision: 1 } },
      { $limit: maxCandidates },
      { $project: { _id: 0, created_revision: 1, profile_id: 1 } },
    ]),
    { $set: { oldest: { $map: { input: { $slice: ['$found', oldestFetched] }, in: ownKey } } } },
    withKeys(profiles, 'oldest', 'profile', [{ $project: { _id: 0, keys: 0 } }]),
    { $unwind: { path: '$profile', preserveNullAndEmptyArrays: true } },
    { $project: { number: '$query.number', 'found.created_revision': 1, profile: 1 } },
  ],
})

/**
 * For each document: the profiles of the query's database with a key, or any of a list, and the stages applied to them.
 */
const withKeys = (profiles: string, keys: string, as: string, stages: ReadonlyArray<Document>): Document => ({
  $lookup: {
    from: profiles,
    localField: keys,
    foreignField: 'keys',
    let: { account_id: '$query.account_id', db_id: '$query.db_id' },
    pipeline: [ofDatabase, ...stages],
    as,
  },
})

const ofDatabase: Document = {
  $match: { $expr: { $and: [{ $eq: ['$account_id', '$$account_id'] }, { $eq: ['$db_id', '$$db_id'] }] } },
}

/** The key that every profile has for its id. */
const ownKey: Document = { $concat: ['id:', '$$this.profile_id'] }

const asked = ({ database, keys }: KeySetQuery, number: number): AskedKey => ({
  number,
  account_id: encodeNumber(database.account_id),
  db_id: encodeNumber(database.db_id),
  key: encodeText(keys[0] ?? ''),
})

/**
 * Characters of keys in one command: with BSON's overhead at most four bytes each, and a document is limited to 16 MiB.
 */
const maxKeysSize = 2 * 1024 * 1024

/** Usually one chunk; more if the messages name thousands of tags each. */
export const chunksOf = (queries: ReadonlyArray<KeySetQuery>): ReadonlyArray<ReadonlyArray<KeySetQuery>> => {
  const chunks: Array<Array<KeySetQuery>> = [[]]
  let size = 0
  for (const query of queries) {
    const querySize = query.keys.reduce((sum, key) => sum + key.length, 0)
    if (size > 0 && size + querySize > maxKeysSize) {
      chunks.push([])
      size = 0
    }
    chunks.at(-1)?.push(query)
    size += querySize
  }
  return chunks
}
