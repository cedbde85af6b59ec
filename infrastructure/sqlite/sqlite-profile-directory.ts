import type Sqlite from 'better-sqlite3'
import { beginning } from '../../application/ports/position.ts'
import {
  alwaysAnswered,
  type KeySetMatches,
  type KeySetQuery,
  oldestFetched,
  type ProfileDirectory,
} from '../../application/ports/profile-directory.ts'
import { answerBytes } from '../../application/ports/projection-store.ts'
import { Turns } from '../../application/turns.ts'
import { type Database, databaseName } from '../../domain/ids.ts'
import { maxCandidates } from '../../domain/matching/identity-key.ts'
import type { Profile } from '../../domain/profile.ts'
import { systemClock } from '../system/system-clock.ts'
import { commonNumbers } from './common-numbers.ts'
import { openLiveReader } from './live-reader.ts'
import { losslessText } from './lossless-text.ts'
import { type ProfileRow, profileColumns, toProfile } from './profile-rows.ts'

/** Answers a whole lookup from one snapshot. */
export const createProfileDirectory = (connection: Sqlite.Database): ProfileDirectory => {
  const reader = openLiveReader(connection, 'profiles', prepareStatements)
  return {
    lookup: async (queries, streams) => {
      const turns = new Turns(systemClock)
      const { found, ...answer } = reader.read((live) => ({
        version: live?.version,
        checkpoint: live?.checkpoint ?? beginning,
        found: live === undefined ? queries.map(nothing) : findAll(live.statements, queries),
        revisions: reader.generations.revisions(live?.id, streams),
      }))
      return { ...answer, matches: await matchesOf(found, turns), left: queries.length - found.length }
    },
    checkpoint: async () => reader.generations.live()?.checkpoint ?? beginning,
  }
}

/** What a query finds, not yet parsed. */
interface Found extends KeySetQuery {
  readonly createdRevisions: ReadonlyArray<number>
  readonly rows: ReadonlyArray<ProfileRow>
}

const nothing = (query: KeySetQuery): Found => ({ ...query, createdRevisions: [], rows: [] })

/** For the first queries. Messages of a batch often ask for the same keys: each key set is looked up once. */
const findAll = (sql: Statements, queries: ReadonlyArray<KeySetQuery>): ReadonlyArray<Found> => {
  const databases = new Map<string, Map<string, Found>>()
  const all: Array<Found> = []
  let size = 0
  for (const query of queries) {
    if (size > answerBytes && all.length >= alwaysAnswered) break
    const { database, keys } = query
    const inDatabase = databaseName(database)
    const known = databases.get(inDatabase) ?? new Map<string, Found>()
    databases.set(inDatabase, known)
    const [only] = keys
    const name = keys.length === 1 && only !== undefined ? only : JSON.stringify(keys)
    let found = known.get(name)
    if (found === undefined) {
      found = find(sql, query)
      known.set(name, found)
      for (const { state } of found.rows) size += state.length
    }
    all.push(found)
  }
  return all
}

const find = (sql: Statements, { database, keys }: KeySetQuery): Found => {
  const { account_id, db_id } = database
  const createdRevisions = findCreatedRevisions(sql, database, keys.map(losslessText))
  const rows: Array<ProfileRow> = []
  for (const created of createdRevisions.slice(0, oldestFetched)) {
    const row = sql.profile.get(account_id, db_id, created)
    if (row !== undefined) rows.push(row)
  }
  return { database, keys, createdRevisions, rows }
}

/** A mebibyte is some tens of milliseconds. */
const matchesOf = async (all: ReadonlyArray<Found>, turns: Turns): Promise<ReadonlyArray<KeySetMatches>> => {
  const parsed = new Map<Found, KeySetMatches>()
  for (const found of all) {
    if (parsed.has(found)) continue
    const { database, keys, createdRevisions, rows } = found
    const oldest: Array<Profile> = []
    for (const row of rows) {
      const turn = turns.next()
      if (turn !== undefined) await turn
      oldest.push(toProfile(database, row))
    }
    parsed.set(found, { keys, createdRevisions, oldest })
  }
  return all.flatMap((found) => parsed.get(found) ?? [])
}

const findCreatedRevisions = (
  sql: Statements,
  { account_id, db_id }: Database,
  keys: ReadonlyArray<string>,
): ReadonlyArray<number> => {
  const [only] = keys
  return keys.length === 1 && only !== undefined
    ? sql.withKey.all(account_id, db_id, only)
    : commonNumbers(
        keys.map((key) => (from: number) => sql.firstWithKey.get(account_id, db_id, key, from)),
        maxCandidates,
      )
}

type Statements = ReturnType<typeof prepareStatements>

const prepareStatements = (connection: Sqlite.Database, generation: number) => ({
  // A parameter after LIMIT would make SQLite prepare the statement again on every call.
  withKey: connection
    .prepare<[number, number, string], number>(`
      SELECT created_revision FROM profile_keys_${generation}
      WHERE account_id = ? AND db_id = ? AND key = ? ORDER BY created_revision LIMIT ${maxCandidates}`)
    .pluck(),
  firstWithKey: connection
    .prepare<[number, number, string, number], number>(`
      SELECT created_revision FROM profile_keys_${generation}
      WHERE account_id = ? AND db_id = ? AND key = ? AND created_revision >= ?
      ORDER BY created_revision LIMIT 1`)
    .pluck(),
  profile: connection.prepare<[number, number, number], ProfileRow>(`
    SELECT ${profileColumns} FROM profiles_${generation}
    WHERE account_id = ? AND db_id = ? AND created_revision = ?`),
})
