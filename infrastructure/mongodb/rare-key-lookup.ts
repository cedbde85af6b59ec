import type { Document } from 'mongodb'
import {
  type KeySetMatches,
  type KeySetQuery,
  oldestFetched,
} from '../../application/ports/profile-directory.ts'
import { type Database, databaseName } from '../../domain/ids.ts'
import { type IdentityKey, maxCandidates } from '../../domain/matching/identity-key.ts'
import type { LiveQuery } from './live-reader.ts'
import { type StoredProfile, toProfile } from './profile-documents.ts'
import { decodeAs, encodeNumber, encodeText, type StoredJson } from './stored-json.ts'

/** A profile that has the keys of a query; of its keys, only those that were asked for. */
export type KeyedRow = Omit<StoredProfile, '_id'>

/** Beyond this many profiles, the answer would be large, or incomplete. */
const mostRows = (queries: ReadonlyArray<KeySetQuery>): number => 2 * queries.length + 100

/** Whether these rows are all that there are. */
export const areAll = (queries: ReadonlyArray<KeySetQuery>, rows: ReadonlyArray<KeyedRow>): boolean =>
  rows.length < mostRows(queries)

/**
 * All key sets in one search of the index, for keys that few profiles have, as most do: many times faster than looking
 * up each key set by itself.
 */
export const rareKeyLookup = (profiles: string, queries: ReadonlyArray<KeySetQuery>): LiveQuery => ({
  collection: profiles,
  pipeline: [
    { $match: { $or: conditionsOf(queries) } },
    { $limit: mostRows(queries) },
    { $set: { keys: { $setIntersection: ['$keys', { $literal: distinctKeys(queries) }] } } },
    { $project: { _id: 0 } },
  ],
})

/** One for each database: the keys of its queries, one of each, whose holders are then known with all that they have. */
const conditionsOf = (queries: ReadonlyArray<KeySetQuery>): ReadonlyArray<Document> => {
  const asking = new Map<string, number>()
  for (const { database, keys } of queries)
    for (const key of keys)
      asking.set(nameOfKey(database, key), (asking.get(nameOfKey(database, key)) ?? 0) + 1)
  const searched = new Map<string, { readonly database: Database; readonly keys: Set<IdentityKey> }>()
  for (const { database, keys } of queries) {
    const asks = (key: IdentityKey) => asking.get(nameOfKey(database, key)) ?? 0
    // A key that many queries ask for is more likely to be one that many profiles have.
    const [first, ...others] = keys
    if (first === undefined) continue
    const rarest = others.reduce((rare, key) => (asks(key) <= asks(rare) ? key : rare), first)
    const known = searched.get(databaseName(database)) ?? { database, keys: new Set() }
    searched.set(databaseName(database), known)
    known.keys.add(rarest)
  }
  return [...searched.values()].map(({ database, keys }) => ({
    keys: { $in: [...keys].map(encodeText) },
    ...ofDatabase(database),
  }))
}

const ofDatabase = ({ account_id, db_id }: Database): Document => ({
  account_id: encodeNumber(account_id),
  db_id: encodeNumber(db_id),
})

const nameOfKey = (database: Database, key: string): string => `${databaseName(database)} ${key}`

const distinctKeys = (queries: ReadonlyArray<KeySetQuery>): ReadonlyArray<StoredJson> =>
  [...new Set(queries.flatMap(({ keys }) => keys))].map(encodeText)

interface KeyedProfile {
  readonly row: KeyedRow
  readonly created: number
  readonly keys: ReadonlySet<string>
}

/** The profiles among all rows that have the keys of each query. */
export const matchesAmong = (
  queries: ReadonlyArray<KeySetQuery>,
  rows: ReadonlyArray<KeyedRow>,
): ReadonlyArray<KeySetMatches> => {
  const holders = new Map<string, Array<KeyedProfile>>()
  for (const row of rows) {
    const keys: ReadonlyArray<string> = decodeAs(row.keys)
    const database: Database = { account_id: decodeAs(row.account_id), db_id: decodeAs(row.db_id) }
    const keyed = { row, created: decodeAs<number>(row.created_revision), keys: new Set(keys) }
    for (const key of keys) {
      const name = nameOfKey(database, key)
      const known = holders.get(name)
      if (known === undefined) holders.set(name, [keyed])
      else known.push(keyed)
    }
  }
  return queries.map(({ database, keys }) => {
    const found = (holders.get(nameOfKey(database, keys[0] ?? '')) ?? [])
      .filter((holder) => keys.every((key) => holder.keys.has(key)))
      .sort((a, b) => a.created - b.created)
      .slice(0, maxCandidates)
    return {
      keys,
      createdRevisions: found.map(({ created }) => created),
      oldest: found.slice(0, oldestFetched).map(({ row }) => toProfile(row)),
    }
  })
}
