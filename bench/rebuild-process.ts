import { undeclared } from '../domain/definitions/undeclared.ts'
import { fromPosition } from '../infrastructure/sqlite/position.ts'
import { systemClock } from '../infrastructure/system/system-clock.ts'
import { profilesProjection } from '../projections/profiles.ts'
import { rebuild } from '../projections/rebuild.ts'
import { openSqlite } from '../test/support/sqlite/open-sqlite.ts'
import type { RebuildResult } from './rebuild.ts'

// Rebuilds the read model of the profiles from the log of a data folder, and prints a RebuildResult.

const [dataFolder = ''] = process.argv.slice(2)
const stores = openSqlite(dataFolder, { clock: systemClock })
const events = fromPosition(await stores.eventStore.end())
const projection = profilesProjection(() => undeclared, 'bench')
const { signal } = new AbortController()
const started = performance.now()
let folded = started
const onProgress = (done: number) => {
  if (done === events) folded = performance.now()
}
const { differences } = await rebuild(
  projection,
  stores.projectionStores.profiles,
  stores.eventStore,
  signal,
  onProgress,
)
const ended = performance.now()
stores.close()
if (differences > 0) throw new Error(`${differences} differences`)
const result: RebuildResult = {
  rate: (1000 * events) / (ended - started),
  foldRate: (1000 * events) / (folded - started),
}
process.stdout.write(JSON.stringify(result))
