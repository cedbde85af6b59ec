import Sqlite from 'better-sqlite3'
import type { LogIdentity } from '../../application/ports/log-identity.ts'
import type { Position } from '../../application/ports/position.ts'
import { checkIntegrity } from './check-integrity.ts'
import { busyTimeoutMs, storeFile } from './data-file.ts'
import { toPosition } from './position.ts'
import { logFile } from './schema.ts'
import { identityIn } from './sqlite-identity.ts'
import { checkpointsIn } from './sqlite-raw-log.ts'
import { storeTrouble, withTrouble } from './store-trouble.ts'

/** What the file of a log says about itself. */
export interface LogContent {
  readonly identity: LogIdentity | undefined
  readonly end: Position
  readonly checkpoints: ReadonlyMap<string, Position>
}

/**
 * Copies a log as it is at one moment, in one read transaction: a copy in steps would begin again with every append.
 * Others can read and write meanwhile. The copy must be an empty file; it is checked, but not synced.
 * @throws StoreTrouble
 */
export const copyLogFile = (dataFolder: string, copy: string): LogContent => {
  const log = storeFile(dataFolder, logFile)
  withTrouble(log, () => {
    const connection = new Sqlite(log.path, { fileMustExist: true, timeout: busyTimeoutMs })
    try {
      connection.prepare('VACUUM INTO ?').run(copy)
    } catch (error) {
      const isAboutTheCopy = error instanceof Sqlite.SqliteError && /FULL|IOERR|CANTOPEN/.test(error.code)
      throw isAboutTheCopy ? storeTrouble({ ...log, path: copy }, error) : error
    } finally {
      connection.close()
    }
  })
  // VACUUM copies an index as it is, so that what is wrong with the copy is wrong with the log.
  return withTrouble(log, () => {
    const connection = new Sqlite(copy, { readonly: true })
    try {
      checkIntegrity(connection, log, 'all')
      const end = connection.prepare<[], number | null>('SELECT max(position) FROM events').pluck().get()
      return {
        identity: identityIn(connection),
        end: toPosition(end ?? 0),
        checkpoints: checkpointsIn(connection),
      }
    } finally {
      connection.close()
    }
  })
}
