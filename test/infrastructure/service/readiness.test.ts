import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { beginning, type Position } from '../../../application/ports/position.ts'
import { readiness } from '../../../infrastructure/service/readiness.ts'
import { openSqliteLog } from '../../../infrastructure/sqlite/open-sqlite.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { creations } from '../../support/event-builders.ts'
import { until } from '../../support/until.ts'

it('a projection that failed is ready again when it is at the end, also with nothing to apply', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'profile-importer-readiness-'))
  const { eventStore, close } = openSqliteLog(folder, { clock: systemClock })
  const ending = new AbortController()
  let checkpoint: Position = beginning
  const ready = readiness({
    incoming: undefined,
    outgoing: undefined,
    projecting: { projections: new Set(['profiles']) },
    eventStore,
    checkpoints: new Map([['profiles', async () => checkpoint]]),
    clock: systemClock,
  })
  await eventStore.append([{ stream: 'profiles-1.7', expectedRevision: -1, events: creations(0, 1) }])
  const watching = ready.watch(ending.signal)
  onTestFinished(async () => {
    ending.abort()
    await watching
    close()
    rmSync(folder, { recursive: true })
  })
  ready.claimed()
  const failing = 'projection profiles: failing'
  await systemClock.sleep(1200, ending.signal)
  expect(ready.reasons()).toContain(failing)
  // Another process applies it.
  checkpoint = await eventStore.end()
  await until(() => !ready.reasons().includes(failing))
  expect(ready.reasons()).toEqual([])
})
