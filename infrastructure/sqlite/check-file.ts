import { statSync } from 'node:fs'
import type Sqlite from 'better-sqlite3'
import { gap } from './damaged-row.ts'
import { damaged, type StoreFile } from './store-trouble.ts'

/**
 * How much is checked.
 * - `start`: as `pages`, if the file is small enough to check without delay; otherwise only what opening reads
 * - `pages`: that all pages are connected, and that the streams of a log have no gaps
 * - `all`: also that the indexes agree with the tables
 */
export type CheckDepth = 'start' | 'pages' | 'all'

/** Bytes that can be read in some tenths of a second. */
const smallFile = 64 * 1024 * 1024

/** Blocks the thread. @throws StoreTrouble */
export const checkFile = (connection: Sqlite.Database, file: StoreFile, depth: CheckDepth): void => {
  if (depth === 'start' && statSync(file.path).size > smallFile) return
  const check = depth === 'all' ? 'integrity_check' : 'quick_check'
  // Its findings are not reported: they may quote the content of the file.
  if (connection.pragma(`${check}(1)`, { simple: true }) !== 'ok') throw damaged(file, check)
  if (file.store === 'event store' && connection.prepare(streamWithGap).get() !== undefined)
    throw damaged(file, gap)
}

/** Answered from the index alone. */
const streamWithGap = `SELECT 1 FROM events GROUP BY stream
  HAVING min(revision) <> 0 OR max(revision) <> count(*) - 1 LIMIT 1`
