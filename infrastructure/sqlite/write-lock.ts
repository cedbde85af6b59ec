import Sqlite from 'better-sqlite3'
import type { Clock } from '../../application/ports/clock.ts'
import { busyTimeoutMs } from './data-file.ts'

/** How soon we see that another process has let the lock go, in milliseconds. SQLite itself would look less often. */
const pollMs = 10

/** Runs a write, once no other process holds the lock of the file. Throws SQLITE_BUSY when one holds it for 5 s. */
export type WhenUnlocked = <Result>(write: () => Result) => Promise<Result>

/**
 * Waits without blocking. SQLite's own waiting would stop the event loop, and with it the heartbeats, the health checks
 * and the answer to SIGTERM. The write must be one transaction that takes the lock first, so that nothing is done when it
 * is busy; it must be synchronous.
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

const isBusy = (error: unknown): boolean =>
  error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
