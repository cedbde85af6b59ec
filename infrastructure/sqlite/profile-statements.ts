import type Sqlite from 'better-sqlite3'
import type { Database } from '../../domain/ids.ts'
import { type ProfileRow, profileColumns } from './profile-rows.ts'

/** Rows per statement: calling one costs as much as inserting a row. */
export const insertedTogether = 32

export type KeyRow = [accountId: number, dbId: number, key: string, createdRevision: number]

export interface DocumentRow extends ProfileRow {
  readonly keys: string
}

/** The statements of one generation. */
export const prepareStatements = (connection: Sqlite.Database, generation: number) => ({
  keys: connection.prepare<[number, number, number], { rowid: number; keys: string }>(`
    SELECT rowid, keys FROM profiles_${generation}
    WHERE account_id = ? AND db_id = ? AND created_revision = ?`),
  insert: connection.prepare(`
    INSERT INTO profiles_${generation}
      (account_id, db_id, created_revision, profile_id, revision, keys, state)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`),
  update: connection.prepare(
    `UPDATE profiles_${generation} SET revision = ?, keys = ?, state = ? WHERE rowid = ?`,
  ),
  insertKey: connection.prepare(`
    INSERT INTO profile_keys_${generation} (account_id, db_id, key, created_revision) VALUES (?, ?, ?, ?)`),
  insertKeys: connection.prepare(`
    INSERT INTO profile_keys_${generation} (account_id, db_id, key, created_revision)
    VALUES ${Array(insertedTogether).fill('(?, ?, ?, ?)').join()}`),
  deleteKey: connection.prepare(`
    DELETE FROM profile_keys_${generation}
    WHERE account_id = ? AND db_id = ? AND key = ? AND created_revision = ?`),
  /** How many of a JSON list of keys a profile has. */
  countKeys: connection
    .prepare<[string, number, number, number], number>(`
      SELECT count(*) FROM json_each(?) AS asked CROSS JOIN profile_keys_${generation} AS had
      ON account_id = ? AND db_id = ? AND had.key = asked.value AND created_revision = ?`)
    .pluck(),
  /** How many more rows of keys there are than keys of profiles. */
  otherKeys: connection
    .prepare<[], number>(`
      SELECT (SELECT count(*) FROM profile_keys_${generation})
        - (SELECT coalesce(sum(json_array_length(keys)), 0) FROM profiles_${generation})`)
    .pluck(),
  byId: connection.prepare<[number, number, string], DocumentRow>(`
    SELECT ${profileColumns}, keys FROM profiles_${generation}
    JOIN profile_keys_${generation} USING (account_id, db_id, created_revision)
    WHERE account_id = ? AND db_id = ? AND key = ? LIMIT 1`),
  count: connection.prepare<[], number>(`SELECT count(*) FROM profiles_${generation}`).pluck(),
  page: connection.prepare<[number, number, number], DocumentRow & Database>(`
    SELECT account_id, db_id, ${profileColumns}, keys FROM profiles_${generation}
    WHERE (account_id, db_id, created_revision) > (?, ?, ?)
    ORDER BY account_id, db_id, created_revision LIMIT 512`),
})
