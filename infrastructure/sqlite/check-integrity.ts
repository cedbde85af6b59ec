import { statSync } from 'node:fs'
import type Sqlite from 'better-sqlite3'
import type { Store } from '../../application/ports/store-trouble.ts'
import { DamagedRow, gap } from './damaged-row.ts'
import { checkpointsIn } from './sqlite-raw-log.ts'
import { secretsIn } from './sqlite-secrets.ts'
import { damaged, type StoreFile } from './store-trouble.ts'

/**
 * How much is checked.
 * - `start`: as `pages`, if the file is small enough to check without delay; otherwise its small tables, and that the
 *   newest events are where the index says
 * - `pages`: that all pages are connected, and that neither a log nor its streams have gaps
 * - `all`: also that the indexes agree with the tables
 */
export type IntegrityCheckDepth = 'start' | 'pages' | 'all'

/** Bytes that can be read in some tenths of a second. */
export const smallFile = 64 * 1024 * 1024

/** Blocks the thread. @throws StoreTrouble, DamagedRow */
export const checkIntegrity = (
  connection: Sqlite.Database,
  file: StoreFile,
  depth: IntegrityCheckDepth,
): void => {
  if (file.store === 'event store') requireKeptValues(connection)
  if (depth === 'start' && statSync(file.path).size > smallFile) {
    checkLargeFile(connection, file)
    return
  }
  const check = depth === 'all' ? 'integrity_check' : 'quick_check'
  // Its findings are not reported: they may quote the content of the file.
  if (connection.pragma(`${check}(1)`, { simple: true }) !== 'ok') throw damaged(file, check)
  if (file.store !== 'event store') return
  if (connection.prepare(streamWithGap).get() !== undefined) throw damaged(file, gap)
  if (connection.prepare(gapInLog).get() !== undefined)
    throw damaged(file, 'a position of the log is missing')
}

/**
 * Events before position 1 would never be read, and those after the largest position that a number can hold again and
 * again. The time that this takes does not depend on the size of the file. @throws DamagedRow
 */
export const requirePositions = (connection: Sqlite.Database): void => {
  const ends = connection.prepare<[], { first: number | null; last: number | null }>(
    'SELECT (SELECT min(position) FROM events) AS first, (SELECT max(position) FROM events) AS last',
  )
  const { first, last } = ends.get() ?? {}
  if ((first ?? 1) < 1 || (last ?? 0) > Number.MAX_SAFE_INTEGER)
    throw new DamagedRow('a position is out of range')
}

/** Some would otherwise be read only when they are needed. */
const requireKeptValues = (connection: Sqlite.Database): void => {
  secretsIn(connection)
  checkpointsIn(connection)
}

/** The time that this takes does not depend on the size of the file. */
const checkLargeFile = (connection: Sqlite.Database, file: StoreFile): void => {
  const exists = connection.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
  for (const table of smallTables[file.store].filter((name) => exists.get(name) !== undefined))
    if (connection.pragma(`quick_check(${table})`, { simple: true }) !== 'ok')
      throw damaged(file, 'quick_check')
  if (file.store === 'event store' && connection.prepare(misplaced).get() !== undefined)
    throw damaged(file, 'the newest events and their index differ')
}

/** Some exist only from their first row on. */
const smallTables: Readonly<Record<Store, ReadonlyArray<string>>> = {
  'event store': ['checkpoints', 'log_identity', 'secrets'],
  'read models': ['projections', 'generations', 'revisions'],
}

/** Of the last 10,000 events, one that the index does not have, that has no event before it, or a wrong revision. */
const misplaced = `SELECT 1 FROM (SELECT position, stream, revision FROM events ORDER BY position DESC LIMIT 10000) newest
  WHERE NOT EXISTS (
    SELECT 1 FROM events INDEXED BY events_by_stream
    WHERE stream = newest.stream AND revision = newest.revision AND position = newest.position)
  OR (position > 1 AND NOT EXISTS (SELECT 1 FROM events WHERE position = newest.position - 1))
  OR typeof(revision) <> 'integer' LIMIT 1`

/** Answered from the index alone. */
const streamWithGap = `SELECT 1 FROM events GROUP BY stream
  HAVING min(revision) <> 0 OR max(revision) <> count(*) - 1 OR sum(typeof(revision) <> 'integer') > 0 LIMIT 1`

/** Answered from the smallest index. */
const gapInLog = `SELECT 1 FROM (SELECT min(position) AS first, max(position) AS last, count(*) AS events FROM events)
  WHERE first <> 1 OR last <> events`
