import type Sqlite from 'better-sqlite3'
import { type ImportRecord, outcomeCodeOf } from '../../application/ports/audit-index.ts'
import { boundedPage } from './bounded-page.ts'
import { parseStored } from './damaged-row.ts'
import type { GenerationTables, OpenGeneration } from './generation-tables.ts'
import { losslessText } from './lossless-text.ts'

/**
 * An index on random values costs a page write for every row once it has outgrown the pages of a batch. Those that only
 * people query are therefore split into segments of this many rows: writes stay within the last segment, and a query
 * visits one segment after another, at a few microseconds each.
 */
const segmentBits = 10
export const segmentOf = (number: number): number => Math.floor(number / 2 ** segmentBits)
/** As in the indexes: SQLite uses one only if the query has exactly the same expression. */
export const segmentExpression = `number >> ${segmentBits}`
export const refusedExpression = 'code > 0'

/**
 * `imports_<n>`: the records as JSON, numbered in log order, with the values they are looked up by. All indexes end
 * with the number, so that results come in that order. docs/architecture.md says which queries use them and what they
 * cost an import.
 */
export const importTables: GenerationTables<never, ImportRecord> = {
  create: (connection, generation) => {
    const table = `imports_${generation}`
    connection.exec(`
      CREATE TABLE ${table} (
        number INTEGER PRIMARY KEY,
        import_id TEXT NOT NULL UNIQUE,
        record TEXT NOT NULL,
        feedback_id TEXT,
        profile_id TEXT,
        code INTEGER,
        time_ms INTEGER,
        queue TEXT,
        repeats TEXT,
        replay_of TEXT,
        unreadable INTEGER
      );
      CREATE INDEX ${table}_by_feedback ON ${table} (${segmentExpression}, feedback_id) WHERE feedback_id IS NOT NULL;
      CREATE INDEX ${table}_by_profile ON ${table} (${segmentExpression}, profile_id) WHERE profile_id IS NOT NULL;
      CREATE INDEX ${table}_by_code ON ${table} (code, number, time_ms) WHERE ${refusedExpression};
      CREATE INDEX ${table}_by_queue ON ${table} (queue) WHERE queue IS NOT NULL;
      CREATE INDEX ${table}_by_repeats ON ${table} (repeats) WHERE repeats IS NOT NULL;
      CREATE INDEX ${table}_by_replay_of ON ${table} (replay_of) WHERE replay_of IS NOT NULL;
      CREATE INDEX ${table}_by_unreadable ON ${table} (unreadable) WHERE unreadable IS NOT NULL;
    `)
  },
  drop: (connection, generation) => connection.exec(`DROP TABLE imports_${generation}`),
  open: (connection, generation) => openImports(connection, generation),
}

const openImports = (
  connection: Sqlite.Database,
  generation: number,
): OpenGeneration<never, ImportRecord> => {
  // Only on demand: the table of a generation of another version may have other columns.
  let insert: Sqlite.Statement | undefined
  const count = connection.prepare<[], number>(`SELECT count(*) FROM imports_${generation}`).pluck()
  const page = connection
    .prepare<[string | null], string>(`
      SELECT record FROM imports_${generation}
      WHERE number > coalesce((SELECT number FROM imports_${generation} WHERE import_id = ?), 0)
      ORDER BY number LIMIT 512`)
    .pluck()
  const write = (record: ImportRecord): void => {
    const { outcome, source, time } = record
    insert ??= prepareInsert(connection, generation)
    insert.run(
      record.importId,
      JSON.stringify(record),
      record.feedbackId === '' ? null : losslessText(record.feedbackId),
      outcome === undefined || outcome.verdict === 'rejected' ? null : outcome.profile_id,
      outcomeCodeOf(record) ?? null,
      time === undefined ? null : Date.parse(time),
      source?.kind === 'queue' ? losslessText(source.queue) : null,
      record.repeats ?? null,
      record.replayOf ?? null,
      record.unreadable ? 1 : null,
    )
  }
  return {
    write: (records) => records.forEach(write),
    load: (id) => id,
    count: () => count.get() ?? 0,
    page: (after) =>
      boundedPage(page.iterate(after?.importId ?? null), (text) => text.length, toImportRecord),
  }
}

export const toImportRecord = (text: string): ImportRecord => parseStored(text)

const prepareInsert = (connection: Sqlite.Database, generation: number): Sqlite.Statement =>
  connection.prepare(`
    INSERT INTO imports_${generation}
      (import_id, record, feedback_id, profile_id, code, time_ms, queue, repeats, replay_of, unreadable)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (import_id) DO UPDATE SET (record, feedback_id, profile_id, code, time_ms, queue, repeats, replay_of,
      unreadable) =
      (excluded.record, excluded.feedback_id, excluded.profile_id, excluded.code, excluded.time_ms, excluded.queue,
      excluded.repeats, excluded.replay_of, excluded.unreadable)`)
