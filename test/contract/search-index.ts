import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { beginning, type Position } from '../../application/ports/position.ts'
import type { ProjectionStore } from '../../application/ports/projection-store.ts'
import {
  examinedPerPage,
  type SearchCursor,
  type SearchEntry,
  type SearchIndex,
  type SearchQuery,
} from '../../application/ports/search-index.ts'
import { profileIdOf } from '../../domain/ids.ts'
import { anImportId } from '../support/builders/event-builders.ts'

export interface SearchIndexUnderTest {
  readonly searchIndex: SearchIndex
  /** Writes what is read. */
  readonly search: ProjectionStore<never, SearchEntry>
  close(): Promise<void>
}

export const aSearchEntry = (n: number, terms: ReadonlyArray<number>): SearchEntry => ({
  position: String(n) as Position,
  stream: 'profiles-1.7',
  revision: n,
  time: 1_700_000_000_000 + n,
  ...(n % 2 === 0 && { profileId: profileIdOf(anImportId(n)) }),
  terms,
})

/** What all search indexes must do. `make` creates one without generations for every test. */
export const searchIndexContract = (name: string, make: () => Promise<SearchIndexUnderTest>): void => {
  describe(`${name} as a SearchIndex`, () => {
    let made: SearchIndexUnderTest
    beforeEach(async () => {
      made = await make()
    })
    afterEach(() => made.close())

    /** Applied in batches of this size. */
    const given = async (entries: ReadonlyArray<SearchEntry>, batch = 5000): Promise<void> => {
      const { id } = await made.search.create('v1')
      let from = beginning
      for (let i = 0; i < entries.length; i += batch) {
        const documents = entries.slice(i, i + batch)
        const to = documents.at(-1)?.position ?? from
        expect(await made.search.apply(id, { documents, revisions: new Map() }, from, to)).toBe('applied')
        from = to
      }
    }
    const positions = (entries: ReadonlyArray<SearchEntry>) => entries.map(({ position }) => Number(position))
    /** All pages of a query. */
    const all = async (query: SearchQuery, limit = 50) => {
      const found: Array<SearchEntry> = []
      let [pages, after]: [number, SearchCursor | undefined] = [0, undefined]
      do {
        const page = await made.searchIndex.find(query, limit, after)
        expect(page.entries.length).toBeLessThanOrEqual(limit)
        found.push(...page.entries)
        after = page.next
        pages += 1
      } while (after !== undefined)
      return { found, pages }
    }

    test('without a generation finds nothing', async () => {
      expect(await made.searchIndex.find({ allOf: [[1]] }, 10)).toEqual({ entries: [] })
    })

    test('finds whole entries by one term of each list, newest first', async () => {
      const [a, b, c] = [
        aSearchEntry(1, [1, 2]),
        aSearchEntry(2, [2, 3]),
        aSearchEntry(3, [1, 3, 2 ** 47 - 1]),
      ]
      await given([a, b, c])
      expect((await all({ allOf: [[1]] })).found).toEqual([c, a])
      expect((await all({ allOf: [[1, 2]] })).found).toEqual([c, b, a])
      expect((await all({ allOf: [[1], [3]] })).found).toEqual([c])
      expect((await all({ allOf: [[2 ** 47 - 1, 9]] })).found).toEqual([c])
      expect((await all({ allOf: [[1], [4]] })).found).toEqual([])
      expect((await all({ allOf: [] })).found).toEqual([c, b, a])
    })

    test('includes the first millisecond of a range, and not its end', async () => {
      const entries = [1, 2, 3, 4].map((n) => aSearchEntry(n, [1]))
      await given(entries)
      const range = { since: entries[1]?.time ?? 0, until: entries[3]?.time ?? 0 }
      for (const allOf of [[[1]], []])
        expect(positions((await all({ allOf, ...range })).found)).toEqual([3, 2])
    })

    test('finds what a clock that was set back has recorded', async () => {
      const late = { ...aSearchEntry(1, [1]), time: 1_800_000_000_000 }
      await given([late, aSearchEntry(2, [1])])
      expect((await all({ allOf: [], since: late.time })).found).toEqual([late])
      expect(positions((await all({ allOf: [[1]] }, 1)).found).toSorted()).toEqual([1, 2])
    })

    test('goes on after a cursor, whether or not its entry is there', async () => {
      await given([1, 2, 4, 5].map((n) => aSearchEntry(n, [1])))
      const olderThan = async (n: number) =>
        positions((await made.searchIndex.find({ allOf: [[1]] }, 10, aSearchEntry(n, []))).entries)
      expect(await olderThan(6)).toEqual([5, 4, 2, 1])
      expect(await olderThan(4)).toEqual([2, 1])
      expect(await olderThan(3)).toEqual([2, 1])
      expect(await olderThan(1)).toEqual([])
      expect(await olderThan(0)).toEqual([])
    })

    test('finds an entry once that was applied again', async () => {
      await given([aSearchEntry(1, [1])])
      const documents = [aSearchEntry(1, [1]), aSearchEntry(2, [1])]
      await made.search.apply(
        1,
        { documents, revisions: new Map() },
        aSearchEntry(1, []).position,
        aSearchEntry(2, []).position,
      )
      expect(positions((await all({ allOf: [[1]] })).found)).toEqual([2, 1])
      expect(await made.search.count(1)).toBe(2)
    })

    test('compares positions as positions, not as text', async () => {
      await given([9, 10, 100].map((n) => aSearchEntry(n, [1])))
      expect(positions((await all({ allOf: [[1]] }, 1)).found)).toEqual([100, 10, 9])
    })

    test('bounds a page that finds little, and goes on', async () => {
      const size = 2.5 * examinedPerPage
      await given(
        Array.from({ length: size }, (_, n) => aSearchEntry(n + 1, n < 2 ? [1, 2, 3] : [1, 2 + (n % 2)])),
      )
      const { found, pages } = await all({ allOf: [[2], [3]] })
      expect(positions(found)).toEqual([2, 1])
      expect(pages).toBeGreaterThanOrEqual(2)
    })

    test('finds a rare condition at once, wherever it is among the conditions', async () => {
      await given(
        Array.from({ length: 2.5 * examinedPerPage }, (_, n) => aSearchEntry(n + 1, n === 0 ? [1, 2] : [1])),
      )
      for (const allOf of [
        [[1], [2]],
        [[2], [1]],
      ])
        expect(positions((await made.searchIndex.find({ allOf }, 10)).entries)).toEqual([1])
    })

    test('finds the same in pages of any size, whatever the batches', async () => {
      const terms = fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 4 })
      const entries = fc
        .sample(terms, { numRuns: 300, seed: 1 })
        .map((each, n) => aSearchEntry(n + 1, each.toSorted()))
      await given(entries, 7)
      const lists = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 }), {
        maxLength: 3,
      })
      await fc.assert(
        fc.asyncProperty(lists, fc.integer({ min: 1, max: 60 }), async (allOf, limit) => {
          const expected = entries.filter((entry) =>
            allOf.every((list) => list.some((term) => entry.terms.includes(term))),
          )
          expect((await all({ allOf }, limit)).found).toEqual(expected.toReversed())
        }),
        { numRuns: 60 },
      )
    })
  })
}
