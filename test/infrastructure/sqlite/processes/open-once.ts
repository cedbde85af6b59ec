import { openSqlite } from '../../../../infrastructure/sqlite/open-sqlite.ts'
import { systemClock } from '../../../../infrastructure/system/system-clock.ts'

const [folder = ''] = process.argv.slice(2)
const { eventStore, close } = openSqlite(folder, { clock: systemClock })
process.stdout.write(`end:${await eventStore.end()}\n`)
close()
