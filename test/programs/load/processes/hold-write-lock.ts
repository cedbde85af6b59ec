import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'

// Like a backup or an analyst's tool: alternately holds the write lock of an SQLite file and releases it, each for some
// milliseconds. Ends with its parent.

process.once('disconnect', () => process.exit())
const [file = '', held, free] = process.argv.slice(2)
const connection = new Sqlite(file, { fileMustExist: true, timeout: 60_000 })
for (;;) {
  connection.exec('BEGIN IMMEDIATE')
  process.send?.('held')
  await sleep(Number(held))
  connection.exec('COMMIT')
  await sleep(Number(free))
}
