import { undeclared } from '../domain/definitions/undeclared.ts'
import { fromPosition } from '../infrastructure/sqlite/position.ts'
import { systemClock } from '../infrastructure/system/system-clock.ts'
import { profilesProjection } from '../projections/profiles.ts'
import { rebuild } from '../projections/rebuild.ts'
import { openSqlite } from '../test/support/open-sqlite.ts'
import type { BenchRun } from './bench-run.ts'

export interface RebuildResult {
  /** Events a second: all of `rebuild`, verification and switch included. */
  readonly rate: number
  /** Events a second until the new read model was there, before its verification. */
  readonly foldRate: number
}

/** Builds the read model of the profiles anew from the log of a data folder. */
export const measureRebuild = async (run: BenchRun, dataFolder: string): Promise<RebuildResult> => {
  run.progress('rebuild: profiles')
  const stores = openSqlite(dataFolder, { clock: systemClock })
  const events = fromPosition(await stores.eventStore.end())
  const projection = profilesProjection(() => undeclared, 'bench')
  const { signal } = new AbortController()
  const started = performance.now()
  let folded = started
  const onProgress = (done: number) => {
    if (done === events) folded = performance.now()
  }
  const { differences } = await rebuild(projection, stores.profiles, stores.eventStore, signal, onProgress)
  const seconds = (performance.now() - started) / 1000
  stores.close()
  if (differences > 0) throw new Error(`${differences} differences`)
  return { rate: events / seconds, foldRate: (1000 * events) / (folded - started) }
}
