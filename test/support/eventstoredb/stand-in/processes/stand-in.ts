import { openJournal } from '../journal.ts'
import { MemoryLog } from '../memory-log.ts'
import { startStandIn } from '../stand-in.ts'

// The stand-in as a separate process: on a port, with a journal if one is named. Reports when it accepts connections,
// and ends with its parent.

const [port, journal] = process.argv.slice(2)
process.once('disconnect', () => process.exit())
await startStandIn({
  port: Number(port),
  ...(journal === undefined ? {} : { log: new MemoryLog(openJournal(journal)) }),
})
process.send?.('ready')
