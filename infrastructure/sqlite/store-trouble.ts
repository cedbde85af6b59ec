import Sqlite from 'better-sqlite3'

/** Not our mistake, and it may pass: the disk, the memory, or another process that holds the lock. */
const troubles = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|NOMEM|PROTOCOL|INTERRUPT)/

/** An error without any text of the statement, when the store is in trouble; undefined when the error is a defect. */
export const storeTrouble = (error: unknown): Error | undefined =>
  error instanceof Sqlite.SqliteError && troubles.test(error.code)
    ? new Error(`the event store answers ${error.code}`)
    : undefined
