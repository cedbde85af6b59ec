import {
  type KeySetMatches,
  type KeySetQuery,
  oldestFetched,
} from '../../application/ports/profile-directory.ts'
import { Turns } from '../../application/turns.ts'
import { type Database, databaseName, type ProfileId } from '../../domain/ids.ts'
import { idKey } from '../../domain/matching/keys.ts'
import { commonHolders } from '../key-holders/common-holders.ts'
import { systemClock } from '../system/system-clock.ts'
import type { Connection } from './connection.ts'
import { createHolderReader } from './mongodb-holder-reader.ts'
import { encodeNumber } from './stored-json.ts'

/**
 * The queries to ask instead, each of a single key: in place of a query of several keys, one for the id of each of the
 * oldest profiles that it finds.
 */
export interface SingleKeyQueries {
  readonly queries: ReadonlyArray<KeySetQuery>
  /** For each original query: how many of `queries` answer it and those before it. */
  readonly ends: ReadonlyArray<number>
  /** What the original queries of several keys find. */
  readonly common: ReadonlyMap<KeySetQuery, ReadonlyArray<number>>
}

/** From one generation of the profiles. */
export const singleKeyQueries = async (
  connection: Connection,
  collection: string,
  asked: ReadonlyArray<KeySetQuery>,
): Promise<SingleKeyQueries> => {
  const common = await commonHolders(
    asked.filter(({ keys }) => keys.length > 1),
    (database) => createHolderReader(connection, collection, database),
    new Turns(systemClock),
  )
  const ids = await idsOf(connection, collection, common)
  const queries: Array<KeySetQuery> = []
  const ends: Array<number> = []
  for (const query of asked) {
    const { database } = query
    const found = common.get(query)
    if (found === undefined) queries.push(query)
    for (const created of found?.slice(0, oldestFetched) ?? []) {
      const id = ids.get(nameOf(database, created))
      if (id !== undefined) queries.push({ database, keys: [idKey(id)] })
    }
    ends.push(queries.length)
  }
  return { queries, ends, common }
}

/** The answers to the original queries, as far as the single keys are answered. */
export const fromSingleKeys = (
  asked: ReadonlyArray<KeySetQuery>,
  { ends, common }: SingleKeyQueries,
  matches: ReadonlyArray<KeySetMatches>,
): ReadonlyArray<KeySetMatches> => {
  const unanswered = ends.findIndex((end) => end > matches.length)
  return asked.slice(0, unanswered === -1 ? asked.length : unanswered).flatMap((query, i) => {
    const own = matches.slice(ends[i - 1] ?? 0, ends[i])
    const createdRevisions = common.get(query)
    if (createdRevisions === undefined) return own
    return { keys: query.keys, createdRevisions, oldest: own.flatMap(({ oldest }) => oldest) }
  })
}

const nameOf = (database: Database, created: number): string => `${databaseName(database)} ${created}`

/** Of the oldest profiles that each query found. */
const idsOf = async (
  connection: Connection,
  collection: string,
  common: SingleKeyQueries['common'],
): Promise<ReadonlyMap<string, ProfileId>> => {
  const wanted = new Map<string, { readonly database: Database; readonly created: Set<number> }>()
  for (const [{ database }, found] of common) {
    const known = wanted.get(databaseName(database)) ?? { database, created: new Set() }
    wanted.set(databaseName(database), known)
    for (const created of found.slice(0, oldestFetched)) known.created.add(created)
  }
  const ids = new Map<string, ProfileId>()
  for (const { database, created } of wanted.values()) {
    const { account_id, db_id } = database
    const filter = {
      account_id: encodeNumber(account_id),
      db_id: encodeNumber(db_id),
      created_revision: { $in: [...created] },
    }
    const rows = await connection.ask((limits) =>
      connection.db
        .collection(collection)
        .find<{ readonly created_revision: number; readonly profile_id: ProfileId }>(filter, limits)
        .project({ _id: 0, created_revision: 1, profile_id: 1 })
        .toArray(),
    )
    for (const row of rows) ids.set(nameOf(database, row.created_revision), row.profile_id as ProfileId)
  }
  return ids
}
