import type Sqlite from 'better-sqlite3'
import {
  examinedPerPage,
  type SearchCursor,
  type SearchEntry,
  type SearchIndex,
  type SearchQuery,
} from '../../application/ports/search-index.ts'
import { sortablePosition } from '../text/sortable-position.ts'
import { storedCount } from './damaged-row.ts'
import { openLiveReader } from './live-reader.ts'
import { type SearchRow, toSearchEntry } from './search-rows.ts'
import { firstOfSegment, segmentOf } from './search-tables.ts'

/** Answers a page from one snapshot of the live generation. */
export const createSearchIndex = (connection: Sqlite.Database): SearchIndex => {
  const reader = openLiveReader(connection, 'search', prepareStatements)
  return {
    find: async (query, limit, after) =>
      reader.read((live) =>
        live === undefined ? { entries: [] } : findPage(live.statements, query, limit, after),
      ),
  }
}

const findPage = (sql: Statements, query: SearchQuery, limit: number, after: SearchCursor | undefined) => {
  const { since = 0, until = Number.MAX_SAFE_INTEGER } = query
  const before = after === undefined ? Number.MAX_SAFE_INTEGER : numberAt(sql, after)
  const entries: Array<SearchEntry> = []
  let examined = 0
  for (const segment of sql.segments.all(segmentOf(before), since, until)) {
    const [rarest, ...others] = byRarity(sql, segment, query.allOf)
    const isFound = inAll(sql, segment, others)
    for (const number of numbersOf(sql, segment, rarest, before)) {
      examined += 1
      const row = isFound(number) ? sql.entry.get(number) : undefined
      if (row !== undefined && since <= row.time_ms && row.time_ms < until) entries.push(toSearchEntry(row))
      if (entries.length < limit && examined < examinedPerPage) continue
      return { entries, next: cursorAt(sql, number) }
    }
    examined += rarest?.length ?? 1
  }
  return { entries }
}

type Lists = SearchQuery['allOf']

/** The list first that finds the least in a segment. */
const byRarity = (sql: Statements, segment: number, lists: Lists): Lists => {
  if (lists.length < 2) return lists
  const counted = lists.map((terms) => ({
    terms,
    count: terms.reduce((sum, term) => sum + (sql.count.get(segment, term, enough) ?? 0), 0),
  }))
  return counted.sort((a, b) => a.count - b.count).map(({ terms }) => terms)
}

/** Counted up to this number of a term: reading so many is quick. */
const enough = 1000

/** Entries after the cursor have lower numbers. */
const numberAt = (sql: Statements, { position }: SearchCursor): number => {
  const row = sql.notAfter.get(sortablePosition(position))
  if (row === undefined) return 0
  const isAtCursor = row.position === sortablePosition(position)
  return storedCount(row.number, 'the number of an import') + (isAtCursor ? 0 : 1)
}

const cursorAt = (sql: Statements, number: number): SearchCursor => {
  const row = sql.entry.get(number)
  if (row === undefined) throw new Error('an entry that was found is gone')
  const { time, position } = toSearchEntry(row)
  return { time, position }
}

/** The entries of a segment that have one of the terms, or all of them, newest first. */
const numbersOf = (
  sql: Statements,
  segment: number,
  terms: ReadonlyArray<number> | undefined,
  before: number,
): Iterable<number> => {
  if (terms === undefined)
    return sql.numbers.all(firstOfSegment(segment), Math.min(firstOfSegment(segment + 1), before))
  const numbers = terms.flatMap((term) => sql.having.all(segment, term, before))
  return terms.length === 1 ? numbers : new Set(numbers.sort((a, b) => b - a))
}

/** Whether an entry of a segment has one term of each list. */
const inAll = (sql: Statements, segment: number, lists: Lists) => {
  const tests = lists.map((terms) => {
    if (terms.length <= fewTerms)
      return (number: number) => terms.some((term) => sql.hasTerm.get(segment, term, number) !== undefined)
    let numbers: ReadonlySet<number> | undefined
    return (number: number) => {
      numbers ??= new Set(numbersOf(sql, segment, terms, Number.MAX_SAFE_INTEGER))
      return numbers.has(number)
    }
  })
  return (number: number) => tests.every((test) => test(number))
}

const fewTerms = 8

type Statements = ReturnType<typeof prepareStatements>

const prepareStatements = (connection: Sqlite.Database, generation: number) => {
  const [entries, terms] = [`search_${generation}`, `search_terms_${generation}`]
  return {
    segments: connection
      .prepare<[number, number, number], number>(`
        SELECT segment FROM search_times_${generation}
        WHERE segment <= ? AND last_ms >= ? AND first_ms < ? ORDER BY segment DESC`)
      .pluck(),
    numbers: connection
      .prepare<[number, number], number>(
        `SELECT number FROM ${entries} WHERE number >= ? AND number < ? ORDER BY number DESC`,
      )
      .pluck(),
    having: connection
      .prepare<[number, number, number], number>(
        `SELECT number FROM ${terms} WHERE segment = ? AND term = ? AND number < ? ORDER BY number DESC`,
      )
      .pluck(),
    count: connection
      .prepare<[number, number, number], number>(
        `SELECT count(*) FROM (SELECT 1 FROM ${terms} WHERE segment = ? AND term = ? LIMIT ?)`,
      )
      .pluck(),
    hasTerm: connection.prepare<[number, number, number]>(
      `SELECT 1 FROM ${terms} WHERE segment = ? AND term = ? AND number = ?`,
    ),
    entry: connection.prepare<[number], SearchRow>(`SELECT * FROM ${entries} WHERE number = ?`),
    notAfter: connection.prepare<[string], SearchRow>(
      `SELECT * FROM ${entries} WHERE position <= ? ORDER BY position DESC LIMIT 1`,
    ),
  }
}
