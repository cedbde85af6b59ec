import { expect, test } from 'vitest'
import { beginning } from '../../../application/ports/position.ts'
import { toPosition } from '../../../infrastructure/sqlite/position.ts'
import { profiles, refusals } from '../../contract/documents.ts'
import { projectionStoreContract } from '../../contract/projection-store.ts'
import { aProfileDocument } from '../../support/builders/profile-builders.ts'
import { openTwoStores } from './two-stores.ts'

projectionStoreContract('SQLite, profiles', profiles, async () => {
  const { stores, others, close } = openTwoStores()
  return { store: stores.projectionStores.profiles, other: others.projectionStores.profiles, close }
})

projectionStoreContract('SQLite, refusals', refusals, async () => {
  const { stores, others, close } = openTwoStores()
  return { store: stores.projectionStores.refusals, other: others.projectionStores.refusals, close }
})

test('a scan regards no profile as damaged, whatever its keys contain', async () => {
  const { stores, close } = openTwoStores()
  try {
    const store = stores.projectionStores.profiles
    const keys = ['custom:a:\u0000', 'custom:a:\u0000b', 'custom:a:\ud800', 'custom:a:"\\', '"custom:a:']
    const documents = [aProfileDocument(0, keys), aProfileDocument(1, [])]
    const { id } = await store.create('1')
    await store.apply(id, { documents, revisions: new Map() }, beginning, toPosition(1))
    const found = []
    for await (const batch of store.scan(id, new AbortController().signal)) found.push(...batch)
    expect(found).toEqual(documents)
  } finally {
    await close()
  }
})
