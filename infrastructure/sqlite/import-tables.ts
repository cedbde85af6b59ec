import type Sqlite from 'better-sqlite3'
import { type ImportRecord, outcomeCodeOf } from '../../application/ports/audit-index.ts'
import { boundedPage } from './bounded-page.ts'
import { DamagedRow, parseStored, storedCount, storedText } from './damaged-row.ts'
import type { GenerationTables, OpenGeneration } from './generation-tables.ts'
import { losslessText } from './lossless-text.ts'

/**
 * An index on random values costs a page write for every row once it has outgrown the pages of a batch. Those that only
 * people query are therefore split into segments of this many rows: writes stay within the last segment, and a query
 * visits one segment after another, at a few microseconds each.
 */
const segmentBits = 10
export const segmentOf = (number: number): number => Math.floor(number / 2 ** segmentBits)
export const firstOfSegment = (segment: number): number => segment * 2 ** segmentBits
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
  const table = `imports_${generation}`
  // Only on demand: the table of a generation of another version may have other columns.
  let insert: Sqlite.Statement | undefined
  let lookedUpBy: Sqlite.Statement<[string], Array<unknown>> | undefined
  const count = connection.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck()
  const number = prepareNumberOf(connection, table)
  const page = connection.prepare<[number], ImportRow>(`
    SELECT import_id, record FROM ${table} WHERE number > ? ORDER BY number LIMIT 512`)

  /** SQLite's checks do not compare the columns: a query would not find the record. */
  const requireColumns = (record: ImportRecord): void => {
    lookedUpBy ??= connection
      .prepare<[string], Array<unknown>>(`SELECT ${columns} FROM ${table} WHERE import_id = ?`)
      .raw()
    const found = lookedUpBy.get(record.importId) ?? []
    if (columnsOf(record).some((value, i) => value !== found[i]))
      throw new DamagedRow('an import cannot be found by what it is looked up by')
  }

  return {
    write: (records) => {
      insert ??= prepareInsert(connection, table)
      for (const record of records) insert.run(record.importId, JSON.stringify(record), ...columnsOf(record))
    },
    load: (id) => id,
    count: () => count.get() ?? 0,
    page: (after, verifyKeys) => {
      const from = after === undefined ? 0 : numberIn(number.get(after.importId))
      return boundedPage(page.iterate(from), sizeOf, (row) => {
        const record = toImportRecord(row.record, row.import_id)
        if (verifyKeys) requireColumns(record)
        return record
      })
    },
  }
}

interface ImportRow {
  readonly import_id: string
  readonly record: string
}

const sizeOf = ({ record }: ImportRow): number => record.length

/** The number of an import that was found before. @throws DamagedRow */
export const numberIn = (number: unknown): number => storedCount(number, 'the number of an import')

export const prepareNumberOf = (connection: Sqlite.Database, table: string) =>
  connection.prepare<[string], unknown>(`SELECT number FROM ${table} WHERE import_id = ?`).pluck()

/** `importId`: the one that the record was found by, if it was. @throws DamagedRow */
export const toImportRecord = (text: string, importId?: string): ImportRecord => {
  const record: ImportRecord = parseStored(text)
  storedText(record.importId, 'the id of an import')
  storedText(record.stream, 'the name of a stream')
  storedCount(record.revision, 'the revision of an import')
  if (importId !== undefined && record.importId !== importId)
    throw new DamagedRow('the record of an import has another id')
  return record
}

/** What records are looked up by, besides their ids. */
const columns = 'feedback_id, profile_id, code, time_ms, queue, repeats, replay_of, unreadable'

const columnsOf = (record: ImportRecord): ReadonlyArray<string | number | null> => {
  const { outcome, source, time } = record
  return [
    record.feedbackId === '' ? null : losslessText(record.feedbackId),
    outcome === undefined || outcome.verdict === 'rejected' ? null : outcome.profile_id,
    outcomeCodeOf(record) ?? null,
    time === undefined ? null : Date.parse(time),
    source?.kind === 'queue' ? losslessText(source.queue) : null,
    record.repeats ?? null,
    record.replayOf ?? null,
    record.unreadable ? 1 : null,
  ]
}

const prepareInsert = (connection: Sqlite.Database, table: string): Sqlite.Statement =>
  connection.prepare(`
    INSERT INTO ${table} (import_id, record, ${columns})
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (import_id) DO UPDATE SET (record, ${columns}) =
      (excluded.record, ${columns.replace(/\w+/g, 'excluded.$&')})`)
