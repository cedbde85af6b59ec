import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'

/**
 * Creates a data folder from the SQL to which its files were exported. Each fixture is what a version of the program
 * left behind, and never changes; a new version adds its own.
 */
export const restoreDataFolder = (fixture: string, dataFolder: string): void => {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  for (const name of ['events', 'read-model']) {
    const sql = readFileSync(new URL(`../../fixtures/${fixture}/${name}.sql`, import.meta.url), 'utf8')
    new Sqlite(join(dataFolder, `${name}.sqlite`)).exec(sql).close()
  }
}
