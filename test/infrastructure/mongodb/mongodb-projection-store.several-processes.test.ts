import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { beginning, type Position } from '../../../application/ports/position.ts'
import type { ProfileDocument } from '../../../application/ports/profile-document.ts'
import { aDatabase } from '../../support/builders/event-builders.ts'
import { aKey, aProfileDocument } from '../../support/builders/profile-builders.ts'
import { openTwoStores } from './two-stores.ts'

const at = (n: number): Position => String(n) as Position
const none = new Map<string, number>()
const { signal } = new AbortController()

/** The documents after event `n` of a series of events, each of which changes all profiles. */
const after = (n: number): ReadonlyArray<ProfileDocument> =>
  Array.from({ length: 50 }, (_, i) => aProfileDocument(i, [], { revision: n * 100 + i, fields: { n } }))

describe.skipIf(inject('mongodbUrl') === undefined)('several processes', () => {
  let made: Awaited<ReturnType<typeof openTwoStores>>
  beforeEach(async () => {
    made = await openTwoStores()
  })
  afterEach(() => made.close())

  const scanned = async () => {
    const documents: Array<ProfileDocument> = []
    for await (const batch of made.stores.projectionStores.profiles.scan(1, signal)) documents.push(...batch)
    return documents
  }

  test('that project the same generation produce the last state, and each position once', async () => {
    const { stores, others } = made
    await stores.projectionStores.profiles.create('v1')
    const applied: Array<number> = []
    const project = async ({ projectionStores: { profiles } }: typeof stores) => {
      for (;;) {
        const from = Number((await profiles.generations())[0]?.checkpoint ?? 0)
        if (from === 20) return
        const changes = { documents: after(from + 1), revisions: new Map([['s', from + 1]]) }
        const result = await profiles.apply(1, changes, from === 0 ? beginning : at(from), at(from + 1))
        if (result === 'applied') applied.push(from + 1)
        else expect(result).toBe('stale')
      }
    }
    await Promise.all([stores, others, stores, others].map(project))
    expect(applied.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(await scanned()).toEqual(after(20))
    expect((await stores.profileDirectory.lookup([], ['s'])).revisions).toEqual([20])
  })

  test('never replace a newer state with an older one, whatever was written before a crash', async () => {
    const {
      projectionStores: { profiles },
    } = made.stores
    await profiles.create('v1')
    // As if a process had died between its documents and its checkpoint.
    await profiles.apply(1, { documents: after(2), revisions: none }, beginning, beginning)
    expect(await profiles.apply(1, { documents: after(1), revisions: none }, beginning, at(1))).toBe(
      'applied',
    )
    expect(await scanned()).toEqual(after(2))
    expect(await profiles.apply(1, { documents: after(2), revisions: none }, at(1), at(2))).toBe('applied')
    expect(await scanned()).toEqual(after(2))
  })

  test('never find a profile missing while generations come and go', async () => {
    const { stores, others } = made
    const profile = aProfileDocument(0, ['email:a@x.org'])
    const changes = { documents: [profile], revisions: none }
    await stores.projectionStores.profiles.create('v1')
    await stores.projectionStores.profiles.apply(1, changes, beginning, at(1))
    let rebuilding = true
    const rebuild = async () => {
      for (let generation = 2; generation <= 30; generation++) {
        await others.projectionStores.profiles.create('v1')
        await others.projectionStores.profiles.apply(generation, changes, beginning, at(generation))
        expect(await others.projectionStores.profiles.switchTo(generation)).toBe(true)
        await others.projectionStores.profiles.drop(generation - 1)
      }
      rebuilding = false
    }
    const look = async () => {
      let checkpoint = 0
      while (rebuilding) {
        const query = { database: aDatabase(), keys: [aKey('email:a@x.org')] }
        const answer = await stores.profileDirectory.lookup([query], [])
        expect(answer.matches[0]?.createdRevisions).toEqual([0])
        expect(Number(answer.checkpoint)).toBeGreaterThanOrEqual(checkpoint)
        checkpoint = Number(answer.checkpoint)
      }
    }
    await Promise.all([rebuild(), look(), look(), look()])
  })

  test('that write to a dropped generation leave nothing of it', async () => {
    const { stores, others } = made
    await stores.projectionStores.profiles.create('v1')
    await stores.projectionStores.profiles.create('v2')
    const dropping = others.projectionStores.profiles.drop(2)
    const results = await Promise.all(
      Array.from({ length: 5 }, () =>
        stores.projectionStores.profiles.apply(
          2,
          { documents: after(1), revisions: none },
          beginning,
          beginning,
        ),
      ),
    )
    await dropping
    expect(results.at(-1)).toMatch(/applied|gone/)
    expect(
      await stores.projectionStores.profiles.apply(
        2,
        { documents: after(1), revisions: none },
        beginning,
        at(1),
      ),
    ).toBe('gone')
    await stores.projectionStores.profiles.create('v3')
    expect(await made.collections()).toEqual(['profiles_1', 'projections'])
  })
})
