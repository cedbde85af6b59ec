import Sqlite from 'better-sqlite3'
import type { Clock } from '../../application/ports/clock.ts'
import { busyTimeoutMs } from './data-file.ts'

/**
 * How soon we notice that another process has released the lock, in milliseconds. SQLite itself would check less often.
 */
const pollMs = 10

/** Runs a write once no other process holds the lock of the file. Throws SQLITE_BUSY if one holds it for 5 s. */
export type WhenUnlocked = <Result>(write: () => Result) => Promise<Result>

/**
 * Waits without blocking. SQLite's own waiting would stop the event loop, and with it heartbeats, health checks and the
 * handling of SIGTERM. The write must be one transaction that takes the lock first, so that nothing is done if it is
 * busy, and it must be synchronous.
 */
export const whenUnlocked =
  (connection: Sqlite.Database, clock: Clock): WhenUnlocked =>
  async (write) => {
    for (let waited = 0; ; waited += pollMs) {
      connection.pragma('busy_timeout = 0')
      try {
        return write()
      } catch (error) {
        if (!isBusy(error) || waited >= busyTimeoutMs) throw error
      } finally {
        connection.pragma(`busy_timeout = ${busyTimeoutMs}`)
      }
      await clock.sleep(pollMs)
    }
  }

export const isBusy = (error: unknown): boolean =>
  error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
