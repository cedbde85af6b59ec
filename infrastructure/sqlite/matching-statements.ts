import type Sqlite from 'better-sqlite3'
import { maxCandidates } from '../../domain/matching/identity-key.ts'
import type { PageSize } from '../key-holders/holder-reader.ts'
import { type ProfileRow, profileColumns } from './profile-rows.ts'

export type MatchingStatements = ReturnType<typeof prepareMatchingStatements>

/** How the profiles of one generation are looked up by their keys. */
export const prepareMatchingStatements = (connection: Sqlite.Database, generation: number) => {
  // A parameter after LIMIT would make SQLite prepare the statement again on every call.
  const holders = (limit: number) =>
    connection
      .prepare<[number, number, string, number], number>(`
        SELECT created_revision FROM profile_keys_${generation}
        WHERE account_id = ? AND db_id = ? AND key = ? AND created_revision >= ?
        ORDER BY created_revision LIMIT ${limit}`)
      .pluck()
  return {
    oldestHolders: holders(maxCandidates),
    pages: {
      100: holders(100),
      1000: holders(1000),
      10000: holders(10_000),
      100000: holders(100_000),
    } satisfies Record<PageSize, unknown>,
    hasKey: connection
      .prepare<[number, number, string, number], 1>(`
        SELECT 1 FROM profile_keys_${generation}
        WHERE account_id = ? AND db_id = ? AND key = ? AND created_revision = ?`)
      .pluck(),
    profile: connection.prepare<[number, number, number], ProfileRow>(`
      SELECT ${profileColumns} FROM profiles_${generation}
      WHERE account_id = ? AND db_id = ? AND created_revision = ?`),
  }
}
