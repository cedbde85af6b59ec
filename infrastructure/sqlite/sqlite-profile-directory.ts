import type Sqlite from 'better-sqlite3'
import { beginning } from '../../application/ports/position.ts'
import {
  type KeySetMatches,
  type KeySetQuery,
  oldestFetched,
  type ProfileDirectory,
} from '../../application/ports/profile-directory.ts'
import { type Database, databaseName } from '../../domain/ids.ts'
import { maxCandidates } from '../../domain/matching/identity-key.ts'
import type { Profile } from '../../domain/profile.ts'
import { commonNumbers } from './common-numbers.ts'
import { openLiveReader } from './live-reader.ts'
import { losslessText } from './lossless-text.ts'
import { type ProfileRow, profileColumns, toProfile } from './profile-rows.ts'

/** Answers a whole lookup from one snapshot. */
export const createProfileDirectory = (connection: Sqlite.Database): ProfileDirectory => {
  const reader = openLiveReader(connection, 'profiles', prepareStatements)
  return {
    lookup: async (queries, streams) =>
      reader.read((live) => ({
        version: live?.version,
        checkpoint: live?.checkpoint ?? beginning,
        matches: live === undefined ? queries.map(nothing) : findAll(live.statements, queries),
        revisions: reader.generations.revisions(live?.id, streams),
      })),
    checkpoint: async () => reader.generations.live()?.checkpoint ?? beginning,
  }
}

const nothing = ({ keys }: KeySetQuery): KeySetMatches => ({ keys, createdRevisions: [], oldest: [] })

/** Messages of a batch often ask for the same keys: each key set is looked up once. */
const findAll = (sql: Statements, queries: ReadonlyArray<KeySetQuery>): ReadonlyArray<KeySetMatches> => {
  const databases = new Map<string, Map<string, KeySetMatches>>()
  return queries.map((query) => {
    const { database, keys } = query
    const inDatabase = databaseName(database)
    const known = databases.get(inDatabase) ?? new Map<string, KeySetMatches>()
    databases.set(inDatabase, known)
    const [only] = keys
    const name = keys.length === 1 && only !== undefined ? only : JSON.stringify(keys)
    const matches = known.get(name) ?? find(sql, query)
    known.set(name, matches)
    return matches
  })
}

const find = (sql: Statements, { database, keys }: KeySetQuery): KeySetMatches => {
  const createdRevisions = findCreatedRevisions(sql, database, keys.map(losslessText))
  const oldest: Array<Profile> = []
  for (const created of createdRevisions.slice(0, oldestFetched)) {
    const row = sql.profile.get(database.account_id, database.db_id, created)
    if (row !== undefined) oldest.push(toProfile(database, row))
  }
  return { keys, createdRevisions, oldest }
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
