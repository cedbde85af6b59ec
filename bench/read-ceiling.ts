import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { eventColumns } from '../infrastructure/sqlite/event-rows.ts'
import { logFile } from '../infrastructure/sqlite/schema.ts'
import type { BenchRun } from './bench-run.ts'

const pageSize = 512

/** Events per second that better-sqlite3 and `JSON.parse` can read: the better of two passes. */
export const measureReadCeiling = (run: BenchRun, dataFolder: string): number => {
  run.progress('read ceiling: all events')
  const connection = new Sqlite(join(dataFolder, logFile.name))
  connection.pragma('mmap_size = 268435456')
  const page = connection.prepare<
    [number, number],
    { position: number; public: string; personal: string; message: string }
  >(`SELECT ${eventColumns} FROM events WHERE position > ? ORDER BY position LIMIT ?`)
  const pass = (): number => {
    const started = performance.now()
    let [events, last] = [0, 0]
    for (let rows = page.all(0, pageSize); rows.length > 0; rows = page.all(last, pageSize)) {
      for (const row of rows) {
        JSON.parse(row.public)
        JSON.parse(row.personal)
        JSON.parse(row.message)
        last = row.position
      }
      events += rows.length
    }
    return (1000 * events) / (performance.now() - started)
  }
  const rate = Math.max(pass(), pass())
  connection.close()
  return rate
}
