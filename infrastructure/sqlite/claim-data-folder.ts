import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { DataFileError } from './data-file-error.ts'
import { closeToOthers, createPrivateFile } from './private-file.ts'

export interface DataFolderClaim {
  release(): void
}

/**
 * Makes this process the only importer of a data folder; undefined while another one is. The claim is a lock that the
 * operating system holds for an open transaction: it is released with the process, however that dies.
 * @throws DataFileError
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
  // Anyone who can read the file can lock it.
  closeToOthers(file)
  return { release: () => connection.close() }
}
