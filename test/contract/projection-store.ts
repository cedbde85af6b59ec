import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { beginning, type Position } from '../../application/ports/position.ts'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import type { Database } from '../../domain/ids.ts'
import { aDatabase, anImportId, aTime } from '../support/builders/event-builders.ts'

export interface ProjectionStoreUnderTest<Id, Document> {
  readonly store: ProjectionStore<Id, Document>
  /** A second client of the same read model, like another process. */
  readonly other: ProjectionStore<Id, Document>
  close(): Promise<void>
}

/** The documents of one read model, for testing a store with them. */
export interface DocumentsUnderTest<Id, Document> {
  /** The `n`th one created in a database. */
  aDocument(n: number, database?: Database): Document
  /** The `n`th one in a later state. */
  later(n: number): Document
  refOf(document: Document): Id
  accountOf(document: Document): number | undefined
  /** Something that a store might not return unchanged. */
  readonly awkward: ReadonlyArray<readonly [what: string, document: Document]>
  /** The `n`th one, with more than a million bytes. */
  aLarge(n: number): Document
  readonly largest: ReadonlyArray<readonly [what: string, make: () => Document]>
}

const never = new AbortController().signal
const at = (n: number): Position => String(n) as Position
const none = new Map<string, number>()

/** What every store of a read model must do. `makeStore` creates an empty one for every test. */
export const projectionStoreContract = <Id, Document>(
  name: string,
  { aDocument, later, refOf, accountOf, awkward, aLarge, largest }: DocumentsUnderTest<Id, Document>,
  makeStore: () => Promise<ProjectionStoreUnderTest<Id, Document>>,
): void => {
  describe(`${name} as a ProjectionStore`, () => {
    let made: ProjectionStoreUnderTest<Id, Document>
    let store: ProjectionStore<Id, Document>
    beforeEach(async () => {
      made = await makeStore()
      store = made.store
    })
    afterEach(() => made.close())

    const loaded = (...documents: ReadonlyArray<Document>) => ({ documents, left: 0 })

    const put = (generation: number, documents: ReadonlyArray<Document>, from: Position, to: Position) =>
      store.apply(generation, { documents, revisions: none }, from, to)

    const scanned = async (generation: number, client = store) => {
      const documents: Array<Document> = []
      for await (const batch of client.scan(generation, never)) {
        expect(batch).not.toHaveLength(0)
        documents.push(...batch)
      }
      return documents
    }

    describe('generations', () => {
      test('do not exist at first; the first is live at once, later ones exist beside it', async () => {
        expect(await store.generations()).toEqual([])
        const first = { id: 1, version: 'v1', live: true, checkpoint: beginning }
        const second = { id: 2, version: 'v2', live: false, checkpoint: beginning }
        expect(await store.create('v1')).toEqual(first)
        expect(await made.other.create('v2')).toEqual(second)
        expect(await store.generations()).toEqual([first, second])
        expect(await made.other.generations()).toEqual([first, second])
      })

      test('switch if the new one is not behind', async () => {
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

      test('compare as positions, not as text', async () => {
        await store.create('v1')
        await store.create('v2')
        await put(1, [], beginning, at(9))
        await put(2, [], beginning, at(10))
        expect(await store.switchTo(2)).toBe(true)
        expect(await store.switchTo(1)).toBe(false)
      })

      test('do not switch back to an older one, which is gone for callers of apply', async () => {
        await store.create('v1')
        await store.create('v2')
        expect(await store.switchTo(2)).toBe(true)
        expect(await store.switchTo(2)).toBe(true)
        expect(await store.switchTo(1)).toBe(false)
        expect(await put(1, [aDocument(0)], beginning, at(1))).toBe('gone')
        expect(await store.load(1, [refOf(aDocument(0))])).toBe('gone')
        expect(await store.load(2, [refOf(aDocument(0))])).toEqual(loaded())
        expect(await put(2, [aDocument(0)], beginning, at(1))).toBe('applied')
        expect(await store.count(1)).toBe(0)
      })

      test('do not switch to one that is gone', async () => {
        await store.create('v1')
        await store.create('v2')
        await store.drop(2)
        expect(await store.switchTo(2)).toBe(false)
        expect(await store.generations()).toEqual([
          { id: 1, version: 'v1', live: true, checkpoint: beginning },
        ])
      })

      test('are dropped with their documents, once or twice, and their numbers are not reused', async () => {
        await store.create('v1')
        await store.create('v2')
        await put(2, [aDocument(0)], beginning, at(1))
        await store.drop(2)
        await made.other.drop(2)
        expect((await store.generations()).map(({ id }) => id)).toEqual([1])
        expect((await store.create('v3')).id).toBe(3)
        expect(await scanned(3)).toEqual([])
      })

      test('are not dropped while live', async () => {
        await store.create('v1')
        await put(1, [aDocument(0)], beginning, at(1))
        await store.drop(1)
        expect(await scanned(1)).toHaveLength(1)
      })

      test('have separate documents', async () => {
        await store.create('v1')
        await store.create('v2')
        await put(1, [aDocument(0)], beginning, at(1))
        await put(2, [later(0), aDocument(1)], beginning, at(2))
        expect([await store.count(1), await store.count(2)]).toEqual([1, 2])
        expect(await scanned(1)).toEqual([aDocument(0)])
        expect(await store.load(2, [refOf(aDocument(0))])).toEqual(loaded(later(0)))
      })
    })

    describe('the stamp of a generation', () => {
      const log = { log_id: anImportId(1), epoch: 1 }
      const identity = { ...log, forks: [{ epoch: 1, after: at(3), time: aTime() }] }
      const stamps = async () => (await made.other.generations()).map((generation) => generation.log)

      test('is that of its creation', async () => {
        expect((await store.create('v1', identity)).log).toEqual(log)
        await store.create('v2')
        expect(await stamps()).toEqual([log, undefined])
      })

      test('can be set later, and again, and nothing else of the generation changes', async () => {
        await store.create('v1')
        await store.create('v2', log)
        await put(1, [aDocument(0)], beginning, at(4))
        const before = await store.generations()
        await store.stamp(1, identity)
        await store.stamp(2, { ...log, epoch: 2 })
        expect(await stamps()).toEqual([log, { ...log, epoch: 2 }])
        const unstamped = (await store.generations()).map(({ log: _, ...rest }) => rest)
        expect(unstamped).toEqual(before.map(({ log: _, ...rest }) => rest))
        await put(1, [aDocument(1)], at(4), at(5))
        expect(await stamps()).toEqual([log, { ...log, epoch: 2 }])
      })

      test('does not bring back a generation that is gone', async () => {
        await store.create('v1')
        await store.create('v2')
        await store.drop(2)
        await store.stamp(2, log)
        expect((await store.generations()).map(({ id }) => id)).toEqual([1])
      })
    })

    describe('apply', () => {
      beforeEach(() => store.create('v1'))

      test('writes documents and moves the checkpoint', async () => {
        expect(await put(1, [aDocument(0), aDocument(1)], beginning, at(2))).toBe('applied')
        expect((await made.other.generations())[0]?.checkpoint).toBe(at(2))
        expect(await scanned(1, made.other)).toEqual([aDocument(0), aDocument(1)])
      })

      test('replaces whole documents', async () => {
        await put(1, [aDocument(0)], beginning, at(1))
        await put(1, [later(0)], at(1), at(2))
        expect(await scanned(1)).toEqual([later(0)])
        expect(await store.count(1)).toBe(1)
      })

      test('is stale, without effect, if the checkpoint is elsewhere', async () => {
        await put(1, [aDocument(0)], beginning, at(1))
        expect(await put(1, [aDocument(1)], beginning, at(2))).toBe('stale')
        expect(await put(1, [aDocument(1)], at(2), at(3))).toBe('stale')
        expect((await store.generations())[0]?.checkpoint).toBe(at(1))
        expect(await scanned(1)).toEqual([aDocument(0)])
      })

      test('lets one of two projectors of the same generation win', async () => {
        const changes = { documents: [aDocument(0)], revisions: none }
        const results = await Promise.all(
          [store, made.other].map((client) => client.apply(1, changes, beginning, at(1))),
        )
        expect(results.sort()).toEqual(['applied', 'stale'])
        expect(await scanned(1)).toEqual([aDocument(0)])
      })

      test('finds a dropped generation gone, whoever dropped it', async () => {
        await store.create('v2')
        await put(2, [aDocument(0)], beginning, at(1))
        await made.other.drop(2)
        expect(await store.load(2, [refOf(aDocument(0))])).toBe('gone')
        expect(await put(2, [aDocument(1)], at(1), at(2))).toBe('gone')
        expect(await put(7, [aDocument(1)], beginning, at(2))).toBe('gone')
      })

      test('accepts the same documents again', async () => {
        const document = aDocument(0)
        await put(1, [document], beginning, at(1))
        await put(1, [document], at(1), at(2))
        expect(await scanned(1)).toEqual([document])
      })
    })

    describe('load', () => {
      test('returns existing documents', async () => {
        await store.create('v1')
        await put(
          1,
          [0, 1, 2].map((n) => aDocument(n)),
          beginning,
          at(3),
        )
        const ids = [2, 9, 0].map((n) => refOf(aDocument(n)))
        const found = await store.load(1, ids)
        const { documents, left } = found === 'gone' ? loaded() : found
        expect([documents.length, left]).toEqual([2, 0])
        expect(new Set<unknown>(documents)).toEqual(new Set([aDocument(0), aDocument(2)]))
        expect(await store.load(1, [])).toEqual(loaded())
      })

      test('keeps databases apart, even those with the largest ids', async () => {
        await store.create('v1')
        const databases = [aDatabase(1, 1), aDatabase(1, 2 ** 53 - 1), aDatabase(2 ** 53 - 1, 2 ** 53 - 2)]
        const documents = databases.map((database) => aDocument(0, database))
        await put(1, documents, beginning, at(1))
        for (const document of documents)
          expect(await store.load(1, [refOf(document)])).toEqual(loaded(document))
        expect(await store.load(1, [refOf(aDocument(0, aDatabase(1, 2 ** 53 - 2)))])).toEqual(loaded())
      })

      test.each(awkward)('returns documents unchanged: %s', async (_, document) => {
        await store.create('v1')
        await put(1, [document], beginning, at(1))
        expect(await store.load(1, [refOf(document)])).toEqual(loaded(document))
      })

      test('leaves the last ids if the documents before them are large', async () => {
        await store.create('v1')
        const documents = Array.from({ length: 24 }, (_, n) => aLarge(n))
        for (const [n, document] of documents.entries())
          await put(1, [document], n === 0 ? beginning : at(n), at(n + 1))
        const answers: Array<number> = []
        for (let rest = documents; rest.length > 0; ) {
          const answer = await store.load(1, rest.map(refOf))
          if (answer === 'gone') throw new Error('it is gone')
          const first = rest.slice(0, rest.length - answer.left)
          expect(answer.documents).toHaveLength(first.length)
          expect(isDeepStrictEqual(new Set(answer.documents), new Set(first))).toBe(true)
          answers.push(first.length)
          rest = rest.slice(first.length)
        }
        expect(Math.min(...answers)).toBeGreaterThanOrEqual(1)
        expect(Math.max(...answers)).toBeLessThan(24)
      })

      test.each(largest)('returns a document of the maximum size: %s', async (_, make) => {
        await store.create('v1')
        const document = make()
        expect(await put(1, [document], beginning, at(1))).toBe('applied')
        // Not compared by expect, which would print it.
        expect(isDeepStrictEqual(await store.load(1, [refOf(document)]), loaded(document))).toBe(true)
      })
    })

    describe('scan', () => {
      beforeEach(() => store.create('v1'))

      test('returns all documents, in order of creation within each database', async () => {
        const documents = [aDatabase(1, 7), aDatabase(2, 1)].flatMap((database) =>
          Array.from({ length: 700 }, (_, n) => aDocument(n, database)),
        )
        await put(1, documents.toReversed(), beginning, at(1400))
        const all = await scanned(1)
        for (const account of [1, 2]) {
          const ofAccount = (document: Document) => accountOf(document) === account
          expect(all.filter(ofAccount)).toEqual(documents.filter(ofAccount))
        }
        expect(all).toHaveLength(1400)
        expect(await store.count(1)).toBe(1400)
      })

      test('ends when the signal aborts', async () => {
        await put(
          1,
          Array.from({ length: 2000 }, (_, n) => aDocument(n)),
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
