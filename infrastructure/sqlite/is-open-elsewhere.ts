import Sqlite from 'better-sqlite3'
import { isThere } from './private-file.ts'
import { isBusy } from './write-lock.ts'

/**
 * Whether any program, not only this one, has a data file open: in WAL mode, each holds a lock on it. A damaged file
 * does not tell.
 */
export const isOpenElsewhere = (path: string): boolean => {
  if (!isThere(path)) return false
  const connection = new Sqlite(path, { fileMustExist: true, timeout: 0 })
  try {
    connection.pragma('locking_mode = EXCLUSIVE')
    connection.exec('BEGIN EXCLUSIVE')
    return false
  } catch (error) {
    return isBusy(error)
  } finally {
    connection.close()
  }
}
