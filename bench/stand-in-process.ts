import { startStandIn } from '../test/support/eventstoredb/stand-in.ts'

// The stand-in of EventStoreDB, told to the parent by its URL. Ends with the parent.

process.once('disconnect', () => process.exit())
const { url } = await startStandIn()
process.send?.(url)
