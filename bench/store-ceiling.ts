import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { logFile, readModelFile } from '../infrastructure/sqlite/schema.ts'
import type { BenchRun } from './bench-run.ts'

const perTransaction = 200

type Row = Record<string, string | number | null | undefined>

/**
 * Imports per second that better-sqlite3 can write if nothing is decided: the rows that an import has left are read
 * first, then written into a copy of the base that the import started from, with the same tables and indexes.
 */
export const measureStoreCeiling = async (run: BenchRun, imported: string): Promise<number> => {
  const base = await run.copyOfBase(run.sizes.base)
  run.progress('store ceiling: the same rows, raw')
  const target = openBoth(base)
  target.pragma('synchronous = FULL')
  target.pragma('read_model.synchronous = NORMAL')
  for (const file of ['main', 'read_model']) {
    for (const pragma of ['cache_size = -65536', 'mmap_size = 268435456']) target.pragma(`${file}.${pragma}`)
  }
  target.pragma('wal_autocheckpoint = 16384')
  const imports = importsAfter(target, imported)
  const write = target.transaction((some: ReadonlyArray<Import>) => {
    for (const { writes } of some) for (const { statement, values } of writes) statement.run(values)
  })
  const started = performance.now()
  for (let i = 0; i < imports.length; i += perTransaction) write(imports.slice(i, i + perTransaction))
  const seconds = (performance.now() - started) / 1000
  target.close()
  return imports.length / seconds
}

/** Log and read model on one connection; their tables have different names. */
const openBoth = (dataFolder: string): Sqlite.Database => {
  const connection = new Sqlite(join(dataFolder, logFile.name))
  connection.prepare('ATTACH ? AS read_model').run(join(dataFolder, readModelFile.name))
  return connection
}

interface Import {
  readonly writes: ReadonlyArray<{
    readonly statement: Sqlite.Statement
    readonly values: ReadonlyArray<unknown>
  }>
}

/** What each import after those of the target wrote: event, index row, profile, keys. */
const importsAfter = (target: Sqlite.Database, imported: string): Array<Import> => {
  const source = openBoth(imported)
  const end = target.prepare<[], number>('SELECT max(position) FROM events').pluck().get() ?? 0
  const columns = target.prepare<[string], number>('SELECT count(*) FROM pragma_table_info(?)').pluck()
  const insert = (table: string, onConflict = '') =>
    target.prepare(
      `INSERT INTO ${table} VALUES (${Array(columns.get(table)).fill('?').join()}) ${onConflict}`,
    )
  const [event, index, key] = [insert('events'), insert('imports_1'), insert('profile_keys_1')]
  const profile = insert(
    'profiles_1',
    `ON CONFLICT (account_id, db_id, created_revision)
      DO UPDATE SET (revision, keys, state) = (excluded.revision, excluded.keys, excluded.state)`,
  )
  const deleteKey = target.prepare(
    'DELETE FROM profile_keys_1 WHERE account_id = ? AND db_id = ? AND key = ? AND created_revision = ?',
  )
  const rowsAfter = (table: string, by: string) =>
    source.prepare<[number], Row>(`SELECT * FROM ${table} WHERE ${by} > ? ORDER BY ${by}`).all(end)
  const byId = (database: Sqlite.Database) =>
    database.prepare<[string], Row>(`
      SELECT p.* FROM profile_keys_1 JOIN profiles_1 p USING (account_id, db_id, created_revision)
      WHERE account_id = 1 AND db_id = 7 AND key = 'id:' || ?`)
  const [after, before] = [byId(source), byId(target)]
  const indexRows = rowsAfter('imports_1', 'number')
  const seen = new Set<string>()

  const result = rowsAfter('events', 'position').map((row, i): Import => {
    const { profile_id }: { profile_id: string } = JSON.parse(String(row.public))
    const state = after.get(profile_id)
    const writes = [
      { statement: event, values: Object.values(row) },
      { statement: index, values: Object.values(indexRows[i] ?? {}) },
      { statement: profile, values: Object.values(state ?? {}) },
    ]
    if (seen.has(profile_id) || state === undefined) return { writes }
    seen.add(profile_id)
    const keysOf = (held: Row | undefined): Array<string> => JSON.parse(String(held?.keys ?? '[]'))
    const [old, now] = [keysOf(before.get(profile_id)), keysOf(state)]
    const keyRow = (name: string) => [state.account_id, state.db_id, name, state.created_revision]
    for (const name of old)
      if (!now.includes(name)) writes.push({ statement: deleteKey, values: keyRow(name) })
    for (const name of now) if (!old.includes(name)) writes.push({ statement: key, values: keyRow(name) })
    return { writes }
  })
  source.close()
  return result
}
