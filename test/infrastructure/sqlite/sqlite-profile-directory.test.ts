import { expect, onTestFinished, test, vi } from 'vitest'
import { beginning, type Position } from '../../../application/ports/position.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { profileDirectoryContract } from '../../contract/profile-directory.ts'
import { aDatabase } from '../../support/builders/event-builders.ts'
import { aProfileDocument } from '../../support/builders/profile-builders.ts'
import { openTwoStores } from './two-stores.ts'

profileDirectoryContract('SQLite', async () => {
  const { stores, others, close } = openTwoStores()
  return { directory: stores.profileDirectory, profiles: others.projectionStores.profiles, close }
})

test('others have their turn while large profiles are parsed', async () => {
  const { stores, close } = openTwoStores()
  const { profiles } = stores.projectionStores
  const documents = Array.from({ length: 20 }, (_, n) => aProfileDocument(n, [`email:${n}@x.org`]))
  await profiles.create('v1')
  await profiles.apply(1, { documents, revisions: new Map() }, beginning, '1' as Position)
  let now = 0
  // As if each took ten milliseconds.
  vi.spyOn(systemClock, 'elapsed').mockImplementation(() => (now += 10))
  const turn = vi.spyOn(systemClock, 'turn')
  onTestFinished(() => {
    vi.restoreAllMocks()
    close()
  })
  const queries = documents.map(({ keys }) => ({ database: aDatabase(), keys: keys.slice(0, 1) }))
  expect((await stores.profileDirectory.lookup(queries, [])).matches).toHaveLength(20)
  expect(turn.mock.calls.length).toBeGreaterThanOrEqual(3)
})
