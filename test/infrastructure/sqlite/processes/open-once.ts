import { systemClock } from '../../../../infrastructure/system/system-clock.ts'
import { openSqlite } from '../../../support/sqlite/open-sqlite.ts'

const [folder = ''] = process.argv.slice(2)
const { eventStore, close } = openSqlite(folder, { clock: systemClock })
process.stdout.write(`end:${await eventStore.end()}\n`)
close()
