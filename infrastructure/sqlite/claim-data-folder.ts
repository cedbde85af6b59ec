import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { DataFileError } from './data-file-error.ts'
import { closeToOthers, createPrivateFile } from './private-file.ts'

export interface DataFolderClaim {
  release(): void
}

/**
 * Makes this process the one importer of a data folder; undefined while another one is. The claim is a lock that the
 * operating system keeps for an open transaction: it goes with the process, however that dies. @throws DataFileError
 */
export const tryClaimDataFolder = (dataFolder: string): DataFolderClaim | undefined => {
  const file = join(dataFolder, 'importer.lock')
  createPrivateFile(dataFolder, file)
  const connection = new Sqlite(file, { timeout: 0 })
  try {
    connection.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    connection.close()
    const code = error instanceof Sqlite.SqliteError ? error.code : ''
    if (code.startsWith('SQLITE_BUSY')) return undefined
    throw code === 'SQLITE_NOTADB' ? new DataFileError('NotADataFile', file) : error
  }
  // Whoever can read it can lock it.
  closeToOthers(file)
  return { release: () => connection.close() }
}
