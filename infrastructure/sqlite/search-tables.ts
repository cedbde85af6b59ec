import type Sqlite from 'better-sqlite3'
import type { SearchEntry } from '../../application/ports/search-index.ts'
import { sortablePosition } from '../text/sortable-position.ts'
import { boundedPage } from './bounded-page.ts'
import { DamagedRow, storedCount } from './damaged-row.ts'
import type { GenerationTables, OpenGeneration } from './generation-tables.ts'
import { insertedTogether } from './profile-statements.ts'
import { type SearchRow, toBytes, toSearchEntry } from './search-rows.ts'

/**
 * As in the audit index, terms are kept in segments of this many entries, so that writes stay within the last segment.
 * These are larger, because every search visits each of them: at a few microseconds, a thousandth of a second for every
 * ten million entries.
 */
const segmentBits = 14
export const segmentOf = (number: number): number => Math.floor(number / 2 ** segmentBits)
export const firstOfSegment = (segment: number): number => segment * 2 ** segmentBits

/**
 * `search_<n>`: the entries, numbered in log order. `search_terms_<n>`: which entries have a term. `search_times_<n>`:
 * between which times those of a segment are.
 */
export const searchTables: GenerationTables<never, SearchEntry> = {
  create: (connection, generation) =>
    connection.exec(`
      CREATE TABLE search_${generation} (
        number INTEGER PRIMARY KEY,
        position TEXT NOT NULL UNIQUE,
        stream TEXT NOT NULL,
        revision INTEGER NOT NULL,
        time_ms INTEGER NOT NULL,
        profile_id TEXT,
        terms BLOB NOT NULL
      );
      CREATE TABLE search_terms_${generation} (
        segment INTEGER NOT NULL,
        term INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (segment, term, number)
      ) WITHOUT ROWID;
      CREATE TABLE search_times_${generation} (
        segment INTEGER PRIMARY KEY,
        first_ms INTEGER NOT NULL,
        last_ms INTEGER NOT NULL
      );
    `),
  drop: (connection, generation) =>
    connection.exec(`
      DROP TABLE search_${generation};
      DROP TABLE search_terms_${generation};
      DROP TABLE search_times_${generation};
    `),
  open: (connection, generation) => openSearch(connection, generation),
}

const openSearch = (connection: Sqlite.Database, generation: number): OpenGeneration<never, SearchEntry> => {
  const sql = prepareStatements(connection, generation)

  /** The number of the entry. One whose position is known replaces the other. */
  const writeEntry = ({ position, stream, revision, time, profileId, terms }: SearchEntry): number => {
    const row = [sortablePosition(position), stream, revision, time, profileId ?? null, toBytes(terms)]
    return storedCount(sql.write.get(row), 'the number of an import')
  }

  const insertTerms = (rows: ReadonlyArray<TermRow>): void => {
    let from = 0
    for (; from + insertedTogether <= rows.length; from += insertedTogether)
      sql.insertTerms.run(rows.slice(from, from + insertedTogether).flat())
    for (const row of rows.slice(from)) sql.insertTerm.run(row)
  }

  return {
    write: (entries) => {
      const rows: Array<TermRow> = []
      for (const entry of entries) {
        const number = writeEntry(entry)
        const segment = segmentOf(number)
        for (const term of entry.terms) rows.push([segment, term, number])
        sql.widenTimes.run(segment, entry.time, entry.time)
      }
      insertTerms(rows.sort(byTerm))
    },
    load: (id) => id,
    count: () => sql.count.get() ?? 0,
    page: (after, verifyKeys) =>
      boundedPage(
        sql.page.iterate(after === undefined ? '' : sortablePosition(after.position)),
        ({ terms }) => 200 + terms.length,
        (row) => {
          const entry = toSearchEntry(row)
          if (verifyKeys && !isFoundByAll(sql, row.number, entry)) throw new DamagedRow(notFound)
          return entry
        },
      ),
  }
}

const notFound = 'an import cannot be found by what it is searched by'

type TermRow = [segment: number, term: number, number: number]

/** As the table has them: neighbours share pages, and each page is found and written once. */
const byTerm = (a: TermRow, b: TermRow): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]

const isFoundByAll = (sql: Statements, number: number, { terms, time }: SearchEntry): boolean => {
  const segment = segmentOf(number)
  const times = sql.times.get(segment)
  return (
    times !== undefined &&
    times.first_ms <= time &&
    time <= times.last_ms &&
    terms.every((term) => sql.hasTerm.get(segment, term, number) !== undefined)
  )
}

type Statements = ReturnType<typeof prepareStatements>

const prepareStatements = (connection: Sqlite.Database, generation: number) => {
  const [entries, terms] = [`search_${generation}`, `search_terms_${generation}`]
  const insertTerms = (rows: number) =>
    connection.prepare<[ReadonlyArray<number>]>(
      `INSERT OR IGNORE INTO ${terms} (segment, term, number) VALUES ${Array(rows).fill('(?, ?, ?)').join()}`,
    )
  return {
    write: connection
      .prepare<[ReadonlyArray<unknown>], unknown>(`
        INSERT INTO ${entries} (position, stream, revision, time_ms, profile_id, terms) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (position) DO UPDATE SET (stream, revision, time_ms, profile_id, terms) =
          (excluded.stream, excluded.revision, excluded.time_ms, excluded.profile_id, excluded.terms)
        RETURNING number`)
      .pluck(),
    insertTerm: insertTerms(1),
    insertTerms: insertTerms(insertedTogether),
    widenTimes: connection.prepare<[number, number, number]>(`
      INSERT INTO search_times_${generation} (segment, first_ms, last_ms) VALUES (?, ?, ?)
      ON CONFLICT (segment) DO UPDATE SET
        first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms)`),
    times: connection.prepare<[number], { first_ms: number; last_ms: number }>(
      `SELECT first_ms, last_ms FROM search_times_${generation} WHERE segment = ?`,
    ),
    hasTerm: connection.prepare<[number, number, number]>(
      `SELECT 1 FROM ${terms} WHERE segment = ? AND term = ? AND number = ?`,
    ),
    count: connection.prepare<[], number>(`SELECT count(*) FROM ${entries}`).pluck(),
    page: connection.prepare<[string], SearchRow>(
      `SELECT * FROM ${entries} WHERE position > ? ORDER BY position LIMIT 512`,
    ),
  }
}
