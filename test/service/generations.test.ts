import { expect, onTestFinished, test } from 'vitest'
import { forkedAt } from '../../application/epochs.ts'
import type { LogIdentity } from '../../application/ports/log-identity.ts'
import { beginning, type Position } from '../../application/ports/position.ts'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import { profileIdOf } from '../../domain/ids.ts'
import type { Profile } from '../../domain/profile.ts'
import { systemChance } from '../../infrastructure/system/system-chance.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { projections } from '../../projections/registry.ts'
import { awaitVersion, ensureVersion } from '../../service/generations.ts'
import { aDatabase, anImportId } from '../support/builders/event-builders.ts'
import { aProfileDocument } from '../support/builders/profile-builders.ts'
import { recordedLogger } from '../support/recorded-logger.ts'
import { openSqlite } from '../support/sqlite/open-sqlite.ts'
import { temporaryFolder } from '../support/sqlite/temporary-folder.ts'

const { profiles: projection } = projections({ definitionOf: () => undeclared, definitionsVersion: '' })
const ports = { clock: systemClock, chance: systemChance }
const original: LogIdentity = { log_id: anImportId(1), epoch: 1 }
const restored = forkedAt(original, '5' as Position, Date.parse('2026-11-30T08:15:00Z'))

/** An apply was interrupted before its checkpoint, and then a log was restored that does not hold its events. */
const profile: Profile = {
  ...aDatabase(),
  profile_id: profileIdOf(anImportId(6)),
  created_revision: 5,
  revision: 5,
  bytes: 2,
  fields: {},
  subscriptions: [],
}

const given = async () => {
  const { eventStore, projectionStores, close } = openSqlite(temporaryFolder(), { clock: systemClock })
  onTestFinished(close)
  await eventStore.writeIdentity(await eventStore.readIdentity(), restored)
  const store = projectionStores.profiles
  await store.create(projection.version, original)
  await store.apply(
    1,
    { documents: [{ ...aProfileDocument(5), profile }], revisions: new Map() },
    beginning,
    beginning,
  )
  return { eventStore, store, logger: recordedLogger() }
}

test('a read model of an earlier epoch is rebuilt, whatever its checkpoint', async () => {
  const { eventStore, store, logger } = await given()
  await ensureVersion(projection, store, eventStore, ports, logger.logger, new AbortController().signal)
  const [live] = await store.generations()
  expect(live).toMatchObject({ id: 2, live: true, log: { epoch: restored.epoch } })
  expect(await store.count(2)).toBe(0)
  expect(logger.lines.join()).toContain('rebuilding the read model because a backup was restored')
})

test('an import waits until another process has rebuilt it', async () => {
  const { eventStore, store, logger } = await given()
  const { signal } = new AbortController()
  let isBuilt = false
  const waiting = awaitVersion(projection, store, eventStore, ports, logger.logger, signal).then(
    () => isBuilt,
  )
  await systemClock.sleep(50)
  isBuilt = true
  await ensureVersion(projection, store, eventStore, ports, logger.logger, signal)
  expect(await waiting).toBe(true)
})
