import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { beginning, type Position } from '../../application/ports/position.ts'
import type { ProfileDocument, ProfileRef } from '../../application/ports/profile-document.ts'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import { aDatabase } from '../support/event-builders.ts'
import { aLargestProfile, type LargeContent } from '../support/largest-profiles.ts'
import { aProfileDocument } from '../support/profile-builders.ts'

export interface ProjectionStoreUnderTest {
  readonly store: ProjectionStore<ProfileRef, ProfileDocument>
  /** A second client of the same read model, as another process has it. */
  readonly other: ProjectionStore<ProfileRef, ProfileDocument>
  close(): Promise<void>
}

const never = new AbortController().signal
const at = (n: number): Position => String(n) as Position
const none = new Map<string, number>()

const refOf = ({ profile }: ProfileDocument): ProfileRef => ({
  database: { account_id: profile.account_id, db_id: profile.db_id },
  profileId: profile.profile_id,
})

/** What every store of a read model must do, shown with profiles. `makeStore` gives an empty one for every test. */
export const projectionStoreContract = (
  name: string,
  makeStore: () => Promise<ProjectionStoreUnderTest>,
): void => {
  describe(`${name} as a ProjectionStore`, () => {
    let made: ProjectionStoreUnderTest
    let store: ProjectionStore<ProfileRef, ProfileDocument>
    beforeEach(async () => {
      made = await makeStore()
      store = made.store
    })
    afterEach(() => made.close())

    const put = (
      generation: number,
      documents: ReadonlyArray<ProfileDocument>,
      from: Position,
      to: Position,
    ) => store.apply(generation, { documents, revisions: none }, from, to)

    const scanned = async (generation: number, client = store) => {
      const documents: Array<ProfileDocument> = []
      for await (const batch of client.scan(generation, never)) {
        expect(batch).not.toHaveLength(0)
        documents.push(...batch)
      }
      return documents
    }

    describe('generations', () => {
      it('are none at first; the first is live at once, later ones stand beside it', async () => {
        expect(await store.generations()).toEqual([])
        const first = { id: 1, version: 'v1', live: true, checkpoint: beginning }
        const second = { id: 2, version: 'v2', live: false, checkpoint: beginning }
        expect(await store.create('v1')).toEqual(first)
        expect(await made.other.create('v2')).toEqual(second)
        expect(await store.generations()).toEqual([first, second])
        expect(await made.other.generations()).toEqual([first, second])
      })

      it('switch when the new one is not behind', async () => {
        await store.create('v1')
        await store.create('v2')
        await put(1, [], beginning, at(5))
        expect(await store.switchTo(2)).toBe(false)
        await put(2, [], beginning, at(4))
        expect(await store.switchTo(2)).toBe(false)
        expect((await store.generations()).map(({ live }) => live)).toEqual([true, false])
        await put(2, [], at(4), at(5))
        expect(await store.switchTo(2)).toBe(true)
        expect((await made.other.generations()).map(({ live }) => live)).toEqual([false, true])
      })

      it('compare as positions, not as text', async () => {
        await store.create('v1')
        await store.create('v2')
        await put(1, [], beginning, at(9))
        await put(2, [], beginning, at(10))
        expect(await store.switchTo(2)).toBe(true)
        expect(await store.switchTo(1)).toBe(false)
      })

      it('do not go back to an older one, which is gone for those who apply', async () => {
        await store.create('v1')
        await store.create('v2')
        expect(await store.switchTo(2)).toBe(true)
        expect(await store.switchTo(2)).toBe(true)
        expect(await store.switchTo(1)).toBe(false)
        expect(await put(1, [aProfileDocument(0)], beginning, at(1))).toBe('gone')
        expect(await store.load(1, [refOf(aProfileDocument(0))])).toBe('gone')
        expect(await store.load(2, [refOf(aProfileDocument(0))])).toEqual([])
        expect(await put(2, [aProfileDocument(0)], beginning, at(1))).toBe('applied')
        expect(await store.count(1)).toBe(0)
      })

      it('do not switch to one that is gone', async () => {
        await store.create('v1')
        await store.create('v2')
        await store.drop(2)
        expect(await store.switchTo(2)).toBe(false)
        expect(await store.generations()).toEqual([
          { id: 1, version: 'v1', live: true, checkpoint: beginning },
        ])
      })

      it('are dropped with their documents, once or twice, and their numbers are not used again', async () => {
        await store.create('v1')
        await store.create('v2')
        await put(2, [aProfileDocument(0)], beginning, at(1))
        await store.drop(2)
        await made.other.drop(2)
        expect((await store.generations()).map(({ id }) => id)).toEqual([1])
        expect((await store.create('v3')).id).toBe(3)
        expect(await scanned(3)).toEqual([])
      })

      it('are not dropped while live', async () => {
        await store.create('v1')
        await put(1, [aProfileDocument(0)], beginning, at(1))
        await store.drop(1)
        expect(await scanned(1)).toHaveLength(1)
      })

      it('keep their documents apart', async () => {
        await store.create('v1')
        await store.create('v2')
        await put(1, [aProfileDocument(0)], beginning, at(1))
        await put(
          2,
          [aProfileDocument(0, [], { fields: { other: true } }), aProfileDocument(1)],
          beginning,
          at(2),
        )
        expect([await store.count(1), await store.count(2)]).toEqual([1, 2])
        expect(await scanned(1)).toEqual([aProfileDocument(0)])
        expect(await store.load(2, [refOf(aProfileDocument(0))])).toEqual([
          aProfileDocument(0, [], { fields: { other: true } }),
        ])
      })
    })

    describe('apply', () => {
      beforeEach(() => store.create('v1'))

      it('writes documents and moves the checkpoint', async () => {
        expect(await put(1, [aProfileDocument(0), aProfileDocument(1)], beginning, at(2))).toBe('applied')
        expect((await made.other.generations())[0]?.checkpoint).toBe(at(2))
        expect(await scanned(1, made.other)).toEqual([aProfileDocument(0), aProfileDocument(1)])
      })

      it('replaces whole documents', async () => {
        await put(1, [aProfileDocument(0, ['email:a@x.org'], { fields: { a: 1, b: 2 } })], beginning, at(1))
        const later = aProfileDocument(0, ['email:b@x.org'], { fields: { b: 3 }, revision: 5 })
        await put(1, [later], at(1), at(2))
        expect(await scanned(1)).toEqual([later])
        expect(await store.count(1)).toBe(1)
      })

      it('is stale, and does nothing, when the checkpoint is elsewhere', async () => {
        await put(1, [aProfileDocument(0)], beginning, at(1))
        expect(await put(1, [aProfileDocument(1)], beginning, at(2))).toBe('stale')
        expect(await put(1, [aProfileDocument(1)], at(2), at(3))).toBe('stale')
        expect((await store.generations())[0]?.checkpoint).toBe(at(1))
        expect(await scanned(1)).toEqual([aProfileDocument(0)])
      })

      it('lets one of two that project the same win', async () => {
        const changes = { documents: [aProfileDocument(0)], revisions: none }
        const results = await Promise.all(
          [store, made.other].map((client) => client.apply(1, changes, beginning, at(1))),
        )
        expect(results.sort()).toEqual(['applied', 'stale'])
        expect(await scanned(1)).toEqual([aProfileDocument(0)])
      })

      it('finds a generation gone that was dropped, by whomever', async () => {
        await store.create('v2')
        await put(2, [aProfileDocument(0)], beginning, at(1))
        await made.other.drop(2)
        expect(await store.load(2, [refOf(aProfileDocument(0))])).toBe('gone')
        expect(await put(2, [aProfileDocument(1)], at(1), at(2))).toBe('gone')
        expect(await put(7, [aProfileDocument(1)], beginning, at(2))).toBe('gone')
      })

      it('takes the same documents again', async () => {
        const document = aProfileDocument(0, ['email:a@x.org'])
        await put(1, [document], beginning, at(1))
        await put(1, [document], at(1), at(2))
        expect(await scanned(1)).toEqual([document])
      })
    })

    describe('load', () => {
      it('gives those that exist', async () => {
        await store.create('v1')
        await put(
          1,
          [0, 1, 2].map((n) => aProfileDocument(n)),
          beginning,
          at(3),
        )
        const ids = [2, 9, 0].map((n) => refOf(aProfileDocument(n)))
        const loaded = await store.load(1, ids)
        expect(loaded).toHaveLength(2)
        expect(loaded).toEqual(expect.arrayContaining([aProfileDocument(0), aProfileDocument(2)]))
        expect(await store.load(1, [])).toEqual([])
      })

      it.each([...Object.getOwnPropertyNames(Object.prototype), 'firstBatch', 'length', '0', 'a.$b'])(
        'gives a field as it was put whatever its name, and whatever is in it: %s',
        async (name) => {
          const fields = JSON.parse(JSON.stringify({ list: [{ a: 1 }, [{ b: 2 }]], text: 'x' }))
          const within = Object.fromEntries([
            [name, { ...fields, deeper: Object.fromEntries([[name, fields.list]]) }],
          ])
          const documents = [fields.list, fields, within].map((value, n) =>
            aProfileDocument(n, [], { fields: Object.fromEntries([[name, value]]) }),
          )
          await store.create('v1')
          await put(1, documents, beginning, at(1))
          expect(await scanned(1)).toEqual(documents)
          expect(await store.load(1, documents.map(refOf))).toEqual(expect.arrayContaining(documents))
        },
      )

      it('keeps databases apart, also those with the greatest ids', async () => {
        await store.create('v1')
        const databases = [aDatabase(1, 1), aDatabase(1, 2 ** 53 - 1), aDatabase(2 ** 53 - 1, 2 ** 53 - 2)]
        const documents = databases.map((database) =>
          aProfileDocument(0, [], { database, fields: { ...database } }),
        )
        await put(1, documents, beginning, at(1))
        for (const document of documents) expect(await store.load(1, [refOf(document)])).toEqual([document])
        expect(
          await store.load(1, [{ ...refOf(aProfileDocument(0)), database: aDatabase(1, 2 ** 53 - 2) }]),
        ).toEqual([])
      })

      it.each([
        [
          'names that other systems give a meaning',
          { $where: 1, 'a.b': { $set: [] }, constructor: {}, '': '' },
        ],
        ['__proto__', JSON.parse('{"__proto__": {"polluted": 1}}')],
        [
          'any text',
          { quotes: `'";--`, zero: '\u0000', lone: '\ud800', emoji: '👩‍👩‍👧', long: 'x'.repeat(100_000) },
        ],
        ['numbers', { big: 2 ** 53 - 1, small: 5e-324, fraction: 0.1, negative: -1e300 }],
      ])('gives back fields as they were: %s', async (_, fields) => {
        await store.create('v1')
        const document = aProfileDocument(0, [], { fields })
        await put(1, [document], beginning, at(1))
        expect(await store.load(1, [refOf(document)])).toEqual([document])
      })

      it.each<LargeContent>([
        'a list of digits',
        'lists deeper than BSON may be',
        'short tags of a field with a long name',
      ])('gives back a profile of the greatest size: %s', async (kind) => {
        await store.create('v1')
        const document = aLargestProfile(kind)
        expect(await put(1, [document], beginning, at(1))).toBe('applied')
        const loaded = await store.load(1, [refOf(document)])
        expect(loaded === 'gone' ? [] : loaded.map(({ profile }) => profile.bytes)).toEqual([
          document.profile.bytes,
        ])
        expect(isDeepStrictEqual(loaded, [document])).toBe(true)
      })
    })

    describe('scan', () => {
      beforeEach(() => store.create('v1'))

      it('gives all documents, of each database in the order of their creation', async () => {
        const documents = [aDatabase(1, 7), aDatabase(2, 1)].flatMap((database) =>
          Array.from({ length: 700 }, (_, n) => aProfileDocument(n, [], { database })),
        )
        await put(1, documents.toReversed(), beginning, at(1400))
        const all = await scanned(1)
        for (const account of [1, 2]) {
          expect(all.filter(({ profile }) => profile.account_id === account)).toEqual(
            documents.filter(({ profile }) => profile.account_id === account),
          )
        }
        expect(all).toHaveLength(1400)
        expect(await store.count(1)).toBe(1400)
      })

      it('ends when the signal aborts', async () => {
        await put(
          1,
          Array.from({ length: 2000 }, (_, n) => aProfileDocument(n)),
          beginning,
          at(2000),
        )
        const abort = new AbortController()
        let seen = 0
        for await (const batch of store.scan(1, abort.signal)) {
          seen += batch.length
          abort.abort()
        }
        expect(seen).toBeLessThan(2000)
      })
    })
  })
}
