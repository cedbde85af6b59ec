import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { beginning, type Position } from '../../application/ports/position.ts'
import { StoreTrouble } from '../../application/ports/store-trouble.ts'
import { openSqliteLog } from '../../infrastructure/sqlite/open-sqlite.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { createComponents } from '../../service/components.ts'
import { createReadiness } from '../../service/readiness.ts'
import { createTroubles } from '../../service/troubles.ts'
import { until } from '../support/until.ts'

const logger = pino({ level: 'silent' })

const watched = (readCheckpoint: () => Promise<Position>, claimed = true) => {
  const folder = mkdtempSync(join(tmpdir(), 'profile-importer-readiness-'))
  const { eventStore, close } = openSqliteLog(folder, { clock: systemClock })
  const ending = new AbortController()
  const [troubles, components] = [createTroubles(systemClock, logger), createComponents(logger)]
  const ready = createReadiness({
    incoming: undefined,
    outgoing: undefined,
    troubles,
    components,
    eventStore,
    checkpoints: new Map([['profiles', readCheckpoint]]),
    clock: systemClock,
  })
  const watching = ready.watch(ending.signal)
  onTestFinished(async () => {
    ending.abort()
    await watching
    close()
    rmSync(folder, { recursive: true })
  })
  if (claimed) ready.claimed()
  return { ready, troubles, components }
}

test('says that a projection is catching up as long as nobody knows how far it is', async () => {
  let trouble: Error | undefined = new StoreTrouble('read models', 'refusing', 'wrong password')
  let asked = 0
  const { ready } = watched(async () => {
    asked++
    if (trouble !== undefined) throw trouble
    return beginning
  })
  await until(() => asked > 1)
  expect(ready.reasons()).toEqual(['profiles: catching up'])
  trouble = undefined
  await until(() => ready.reasons().length === 0)
})

test('stands by until it may start, unless a trouble keeps it from that', async () => {
  const { ready, troubles } = watched(async () => beginning, false)
  expect(ready.standingBy()).toBe(true)
  troubles.met('start', { with: 'event store', cause: 'no leader' })
  expect(ready.standingBy()).toBe(false)
  troubles.over('start')
  ready.claimed()
  expect(ready.standingBy()).toBe(false)
})

test('names the trouble of another component until that component has recovered', async () => {
  const { ready, troubles } = watched(async () => beginning)
  await until(() => ready.reasons().length === 0)
  troubles.met('import', { with: 'event store', cause: 'no leader' })
  expect(ready.reasons()).toEqual(['event store: no leader'])
  troubles.over('import')
  expect(ready.reasons()).toEqual([])
})

test('names a component that a defect stopped, until it works again', async () => {
  const { ready, components } = watched(async () => beginning)
  await until(() => ready.reasons().length === 0)
  components.stopped('import', { type: 'TypeError', stack: '' })
  expect(ready.reasons()).toEqual(['import: stopped by a defect, see the log'])
  components.works('import')
  expect(ready.reasons()).toEqual([])
})

test('imports and replies go on without a read model that may be late: its defect is no reason', async () => {
  const { ready, components } = watched(async () => beginning)
  await until(() => ready.reasons().length === 0)
  components.stopped('refusals', { type: 'TypeError', stack: '' })
  expect(ready.reasons()).toEqual([])
  components.stopped('imports', { type: 'TypeError', stack: '' })
  expect(ready.reasons()).toEqual(['imports: stopped by a defect, see the log'])
})
