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
import type { Profile } from '../../domain/profile.ts'
import { commonHolders } from '../key-holders/common-holders.ts'
import { systemClock } from '../system/system-clock.ts'
import { DamagedRow } from './damaged-row.ts'
import { openLiveReader } from './live-reader.ts'
import { losslessText } from './lossless-text.ts'
import { type MatchingStatements, prepareMatchingStatements } from './matching-statements.ts'
import { type ProfileRow, toProfile } from './profile-rows.ts'
import { createHolderReader } from './sqlite-holder-reader.ts'

/**
 * A lookup reads the live generation with its checkpoint, then who has several keys together, then the rest from one
 * snapshot, which must be of the same generation.
 */
export const createProfileDirectory = (connection: Sqlite.Database): ProfileDirectory => {
  const reader = openLiveReader(connection, 'profiles', prepareMatchingStatements)
  return {
    lookup: async (queries, streams) => {
      const turns = new Turns(systemClock)
      const several = queries.filter(({ keys }) => keys.length > 1)
      for (;;) {
        const { live, revisions } = reader.read((now) => ({
          live: now,
          revisions: reader.generations.revisions(now?.id, streams),
        }))
        if (live === undefined) return { ...unprojected, matches: queries.map(nothing), revisions }
        const readerOf = (database: Database) => createHolderReader(reader, live.id, database, turns)
        const common = await commonHolders(several, readerOf, turns)
        const found = reader.read((now) =>
          now?.id === live.id ? findAll(now.statements, queries, common) : undefined,
        )
        if (found === undefined) continue
        const { version, checkpoint } = live
        const left = queries.length - found.length
        return { version, checkpoint, matches: await matchesOf(found, turns), left, revisions }
      }
    },
    checkpoint: async () => reader.generations.live()?.checkpoint ?? beginning,
  }
}

const unprojected = { version: undefined, checkpoint: beginning, left: 0 }

const nothing = ({ keys }: KeySetQuery): KeySetMatches => ({ keys, createdRevisions: [], oldest: [] })

/** `created_revision` of the profiles that have the keys of each query with several. */
type Common = Awaited<ReturnType<typeof commonHolders>>

/** What a query finds, not yet parsed. */
interface Found extends KeySetQuery {
  readonly createdRevisions: ReadonlyArray<number>
  readonly rows: ReadonlyArray<ProfileRow>
}

/** For the first queries. Messages of a batch often ask for the same keys: each key set is looked up once. */
const findAll = (
  sql: MatchingStatements,
  queries: ReadonlyArray<KeySetQuery>,
  common: Common,
): ReadonlyArray<Found> => {
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
      found = find(sql, query, common)
      known.set(name, found)
      for (const { state } of found.rows) size += state.length
    }
    all.push(found)
  }
  return all
}

const find = (sql: MatchingStatements, query: KeySetQuery, common: Common): Found => {
  const { database, keys } = query
  const { account_id, db_id } = database
  const createdRevisions =
    common.get(query) ?? sql.oldestHolders.all(account_id, db_id, losslessText(keys[0] ?? ''), 0)
  const rows: Array<ProfileRow> = []
  for (const created of createdRevisions.slice(0, oldestFetched)) {
    const row = sql.profile.get(account_id, db_id, created)
    // Without it, importing would ask again and again.
    if (row === undefined) throw new DamagedRow('there is no profile for a key')
    rows.push(row)
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
