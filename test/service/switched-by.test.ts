import { expect, onTestFinished, test } from 'vitest'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import { systemClock } from '../../infrastructure/system/system-clock.ts'
import { projections } from '../../projections/registry.ts'
import { switchedBy } from '../../service/switched-by.ts'
import { openSqlite } from '../support/sqlite/open-sqlite.ts'
import { temporaryFolder } from '../support/sqlite/temporary-folder.ts'

test('only live read models of another version are switched, of those that are named', async () => {
  const { projectionStores, close } = openSqlite(temporaryFolder(), { clock: systemClock })
  onTestFinished(close)
  const known = projections({ definitionOf: () => undeclared, definitionsVersion: 'k' })
  const stores = { projectionStores, projections: known }
  expect(await switchedBy(stores, ['profiles', 'imports', 'refusals'])).toEqual([])
  await projectionStores.profiles.create('of another version')
  await projectionStores.imports.create(known.imports.version)
  await projectionStores.imports.create('of another version, but not live')
  await projectionStores.refusals.create('of another version')
  expect(await switchedBy(stores, ['profiles', 'imports', 'refusals'])).toEqual(['profiles', 'refusals'])
  expect(await switchedBy(stores, ['imports', 'refusals'])).toEqual(['refusals'])
})
