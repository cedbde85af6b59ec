import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { beginning } from '../../../application/ports/position.ts'
import { toPosition } from '../../../infrastructure/sqlite/position.ts'
import { readModelFile } from '../../../infrastructure/sqlite/schema.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { profiles, refusals } from '../../contract/documents.ts'
import { projectionStoreContract } from '../../contract/projection-store.ts'
import { aProfileDocument } from '../../support/builders/profile-builders.ts'
import { openSqlite } from '../../support/sqlite/open-sqlite.ts'
import { temporaryFolder } from '../../support/sqlite/temporary-folder.ts'
import { openTwoStores } from './two-stores.ts'

projectionStoreContract('SQLite, profiles', profiles, async () => {
  const { stores, others, close } = openTwoStores()
  return { store: stores.projectionStores.profiles, other: others.projectionStores.profiles, close }
})

projectionStoreContract('SQLite, refusals', refusals, async () => {
  const { stores, others, close } = openTwoStores()
  return { store: stores.projectionStores.refusals, other: others.projectionStores.refusals, close }
})

test('a scan that verifies the keys regards no profile as damaged, whatever its keys contain', async () => {
  const { stores, close } = openTwoStores()
  try {
    const store = stores.projectionStores.profiles
    const keys = ['custom:a:\u0000', 'custom:a:\u0000b', 'custom:a:\ud800', 'custom:a:"\\', '"custom:a:']
    const documents = [aProfileDocument(0, keys), aProfileDocument(1, [])]
    const { id } = await store.create('1')
    await store.apply(id, { documents, revisions: new Map() }, beginning, toPosition(1))
    const found = []
    for await (const batch of store.scan(id, new AbortController().signal, { verifyKeys: true }))
      found.push(...batch)
    expect(found).toEqual(documents)
  } finally {
    await close()
  }
})

test('a scan that verifies the keys finds the loss of any key, even if another one is its beginning before U+0000', async () => {
  const folder = temporaryFolder()
  const stores = openSqlite(folder, { clock: systemClock })
  const connection = new Sqlite(join(folder, readModelFile.name))
  try {
    const store = stores.projectionStores.profiles
    const keys = ['custom:a:', 'custom:a:\u0000b']
    const { id } = await store.create('1')
    const changes = { documents: [aProfileDocument(0, keys)], revisions: new Map() }
    await store.apply(id, changes, beginning, toPosition(1))
    const { changes: lost } = connection
      .prepare(`DELETE FROM profile_keys_${id} WHERE key <> 'custom:a:' AND key LIKE 'custom:a:%'`)
      .run()
    expect(lost).toBe(1)
    const scanned = async () => {
      for await (const _ of store.scan(id, new AbortController().signal, { verifyKeys: true }));
    }
    await expect(scanned()).rejects.toThrow('a profile cannot be found by its keys')
  } finally {
    connection.close()
    stores.close()
  }
})
