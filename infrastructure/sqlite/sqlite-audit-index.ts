import type Sqlite from 'better-sqlite3'
import type { AuditIndex, ImportQuery, ImportRecord } from '../../application/ports/audit-index.ts'
import { beginning } from '../../application/ports/position.ts'
import type { ImportId } from '../../domain/ids.ts'
import { nextTurn } from '../system/next-turn.ts'
import {
  firstOfSegment,
  numberIn,
  prepareNumberOf,
  refusedExpression,
  segmentExpression,
  segmentOf,
  toImportRecord,
} from './import-tables.ts'
import { openLiveReader } from './live-reader.ts'
import { losslessText } from './lossless-text.ts'

/** Answers a lookup, or a page of a query, from one snapshot of the live generation. */
export const createAuditIndex = (connection: Sqlite.Database): AuditIndex => {
  const reader = openLiveReader(connection, 'imports', prepareStatements)

  const pageAfter = (query: ImportQuery, last: ImportId | undefined): ReadonlyArray<ImportRecord> =>
    reader.read((live) => (live === undefined ? [] : findPage(live.statements, query, last)))

  async function* find(query: ImportQuery) {
    let page = pageAfter(query, undefined)
    while (page.length > 0) {
      yield* page
      await nextTurn()
      page = pageAfter(query, page.at(-1)?.importId)
    }
  }

  return {
    lookup: async (importIds, streams) =>
      reader.read((live) => {
        const records = new Map<ImportId, ImportRecord>()
        for (const importId of importIds) {
          const text = live?.statements.byId.get(importId)
          if (text !== undefined) records.set(importId, toImportRecord(text, importId))
        }
        return {
          checkpoint: live?.checkpoint ?? beginning,
          records,
          revisions: reader.generations.revisions(live?.id, streams),
        }
      }),
    recent: async (queue, limit) =>
      reader.read((live) =>
        (live?.statements.recent.all(losslessText(queue), limit) ?? []).map((text) => toImportRecord(text)),
      ),
    countUnreadable: async () => reader.read((live) => live?.statements.countUnreadable?.get() ?? 0),
    find,
    checkpoint: async () => reader.generations.live()?.checkpoint ?? beginning,
  }
}

const pageLimit = 512

const findPage = (sql: Statements, query: ImportQuery, last: ImportId | undefined): Array<ImportRecord> => {
  const after = last === undefined ? 0 : numberIn(sql.numberOf.get(last))
  return findTexts(sql, query, after).map((text) => toImportRecord(text))
}

const findTexts = (sql: Statements, query: ImportQuery, after: number): Array<string> => {
  switch (query.by) {
    case 'import':
      return sql.byImport.all(query.importId, query.importId, query.importId, after, pageLimit)
    case 'feedback':
      return inSegments(sql, sql.byFeedback, losslessText(query.feedbackId), after)
    case 'profile':
      return inSegments(sql, sql.byProfile, query.profileId, after)
    case 'unreadable':
      return sql.unreadable?.all(after, pageLimit) ?? []
    case 'code': {
      const since = query.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(query.since)
      return (query.code > 0 ? sql.refused : sql.done).all(query.code, since, after, pageLimit)
    }
  }
}

const inSegments = (sql: Statements, find: FindInSegment, value: string, after: number): Array<string> => {
  const found: Array<string> = []
  for (let from = after; found.length < pageLimit; ) {
    const next = sql.nextNumber.get(from)
    if (next === null || next === undefined) break
    const segment = segmentOf(numberIn(next))
    found.push(...find.all(segment, value, after, pageLimit - found.length))
    from = firstOfSegment(segment + 1)
  }
  return found
}

type Statements = ReturnType<typeof prepareStatements>
type FindInSegment = Sqlite.Statement<[number, string, number, number], string>

export const prepareStatements = (connection: Sqlite.Database, generation: number) => {
  const table = `imports_${generation}`
  const select = <Parameters extends Array<unknown>>(where: string) =>
    connection.prepare<Parameters, string>(`SELECT record FROM ${table} WHERE ${where}`).pluck()
  const page = 'AND number > ? ORDER BY number LIMIT ?'
  // A generation of the previous version has none, and no column for them.
  const tellsUnreadable = connection
    .prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = 'unreadable'")
    .pluck()
    .get(table)
  const selectInSegment = (column: string): FindInSegment =>
    select(`${segmentExpression} = ? AND ${column} = ? ${page}`)
  return {
    nextNumber: connection
      .prepare<[number], number | null>(`SELECT min(number) FROM ${table} WHERE number >= ?`)
      .pluck(),
    numberOf: prepareNumberOf(connection, table),
    byId: select<[string]>('import_id = ?'),
    recent: select<[string, number]>('queue = ? ORDER BY number DESC LIMIT ?'),
    byImport: select<[string, string, string, number, number]>(
      `(import_id = ? OR repeats = ? OR replay_of = ?) ${page}`,
    ),
    byFeedback: selectInSegment('feedback_id'),
    byProfile: selectInSegment('profile_id'),
    ...(tellsUnreadable === undefined
      ? {}
      : {
          unreadable: select<[number, number]>(`unreadable = 1 ${page}`),
          countUnreadable: connection
            .prepare<[], number>(`SELECT count(*) FROM ${table} WHERE unreadable = 1`)
            .pluck(),
        }),
    refused: select<[number, number, number, number]>(
      `code = ? AND ${refusedExpression} AND time_ms >= ? ${page}`,
    ),
    // Nearly all of them: reading by number is as fast as using an index.
    done: select<[number, number, number, number]>(`code = ? AND time_ms >= ? ${page}`),
  }
}
