import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Turns } from '../../../application/turns.ts'
import { maxCandidates } from '../../../domain/matching/identity-key.ts'
import { commonHolders } from '../../../infrastructure/key-holders/common-holders.ts'
import { type HolderReader, pageSizes } from '../../../infrastructure/key-holders/holder-reader.ts'
import { systemClock } from '../../../infrastructure/system/system-clock.ts'
import { aDatabase } from '../../support/builders/event-builders.ts'
import { aKey } from '../../support/builders/profile-builders.ts'

type Holders = Readonly<Record<string, ReadonlyArray<number>>>

/** Counts the numbers that it returns and the profiles that it examines. */
const reading = (holders: Holders) => {
  const read = { numbers: 0, pages: 0, examined: 0 }
  const reader: HolderReader = {
    pages: async (requests) =>
      requests.map(({ key, from, limit }) => {
        expect(pageSizes).toContain(limit)
        const page = (holders[key] ?? []).filter((n) => n >= from).slice(0, limit)
        read.numbers += page.length
        read.pages += 1
        return page
      }),
    having: async (requests) =>
      requests.map(({ keys, among }) => {
        read.examined += among.length
        return among.filter((n) => keys.every((key) => holders[key]?.includes(n)))
      }),
  }
  return { read, reader }
}

/** What each key set finds in one database. */
const find = async (reader: HolderReader, sets: ReadonlyArray<ReadonlyArray<string>>) => {
  const queries = sets.map((keys) => ({ database: aDatabase(), keys: keys.map(aKey) }))
  const found = await commonHolders(queries, () => reader, new Turns(systemClock))
  return queries.map((query) => found.get(query))
}

const numbers = (count: number, step = 1, from = 0) =>
  Array.from({ length: count }, (_, n) => from + n * step)

test('returns the oldest profiles that have all keys of each set', async () => {
  const key = fc.constantFrom('t:a', 't:b', 't:c', 't:d', 't:e')
  const range = fc
    .record({ count: fc.nat(400), step: fc.constantFrom(1, 2, 3, 10_000), from: fc.nat(5000) })
    .map(({ count, step, from }) => numbers(count, step, from))
  const list = fc
    .array(range, { maxLength: 4 })
    .map((ranges) => [...new Set(ranges.flat())].sort((a, b) => a - b))
  const sets = fc.array(fc.array(key, { minLength: 1, maxLength: 4 }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(fc.dictionary(key, list), sets, async (holders, keySets) => {
      const { reader } = reading(holders)
      const expected = keySets.map(([first = '', ...others]) =>
        (holders[first] ?? [])
          .filter((n) => others.every((other) => holders[other]?.includes(n)))
          .slice(0, maxCandidates),
      )
      expect(await find(reader, keySets)).toEqual(expected)
    }),
    { numRuns: 1000 },
  )
})

const cost = async (holders: Holders, ...sets: ReadonlyArray<ReadonlyArray<string>>) => {
  const { read, reader } = reading(holders)
  const found = await find(reader, sets)
  return { ...read, found }
}

const even = numbers(50_000, 2)
const odd = numbers(50_000, 2, 1)

test('reads each holder of a key once, however many sets have the key', async () => {
  const wide = Object.fromEntries(
    numbers(4).flatMap((n) => [
      [`t:even${n}`, even],
      [`t:odd${n}`, odd],
    ]),
  )
  const pairs = numbers(16).map((n) => [`t:even${n % 4}`, `t:odd${n >> 2}`])
  const { numbers: read, found } = await cost(wide, ...pairs)
  expect(found).toEqual(pairs.map(() => []))
  expect(read).toBeLessThanOrEqual(8 * 50_000)
})

test('examines the holders of a rare key, not those of the others', async () => {
  const holders = { 't:even': even, 't:odd': [...odd, 100_000], 't:rare': [4, 7, 99_999, 100_000] }
  const { numbers: read, examined, found } = await cost(holders, ['t:even', 't:rare'], ['t:rare', 't:odd'])
  expect(found).toEqual([[4], [7, 99_999, 100_000]])
  expect([read, examined]).toEqual([104, 8])
})

test('reads no other key once one has few holders', async () => {
  const rare = numbers(200).map((n) => `t:rare${n}`)
  const { pages } = await cost({ 't:even': even, 't:rare0': [2] }, ['t:even', ...rare], rare)
  expect(pages).toBe(2)
})

test('stops at the limit', async () => {
  const { numbers: read, found } = await cost({ 't:a': even, 't:b': even }, ['t:a', 't:b'])
  expect(found).toEqual([even.slice(0, maxCandidates)])
  expect(read).toBe(2 * pageSizes[0])
})

test('skips the holders of a key where another key has none', async () => {
  const holders = { 't:early': numbers(50_000), 't:late': numbers(50_000, 1, 49_990) }
  const { numbers: read, found } = await cost(holders, ['t:early', 't:late'])
  expect(found).toEqual([numbers(10, 1, 49_990)])
  expect(read).toBeLessThan(5000)
})

test('equal key sets are looked up once', async () => {
  const { examined, found } = await cost({ 't:a': [1, 2], 't:b': [2] }, ['t:a', 't:b'], ['t:a', 't:b'])
  expect(found).toEqual([[2], [2]])
  expect(examined).toBe(2)
})

test('of two keys with few holders left, examines those of the rarer one', async () => {
  const holders = {
    't:a': [...numbers(99, 2), 199, ...numbers(50, 1, 200)],
    't:b': [...numbers(99, 2, 1), 199, ...numbers(20, 3, 200)],
  }
  const { examined, found } = await cost(holders, ['t:a', 't:b'])
  expect(found).toEqual([[199, ...numbers(17, 3, 200)]])
  expect(examined).toBe(20)
})

test('others may have their turn whenever the numbers of one page have been looked at', async () => {
  // Every profile has all tags of a set but one.
  const tags = numbers(10)
  const all = numbers(20_000)
  const holders = Object.fromEntries(
    tags.flatMap((tag) => {
      const others = all.filter((n) => n % tags.length !== tag)
      return [
        [`t:a${tag}`, others],
        [`t:b${tag}`, others],
      ]
    }),
  )
  const sets = numbers(500).map((set) => tags.map((tag) => `t:${(set >> tag) & 1 ? 'a' : 'b'}${tag}`))
  let [looks, mostLooks, checks] = [0, 0, 0]
  const elapsed = () => {
    mostLooks = Math.max(mostLooks, looks)
    looks = 0
    checks += 1
    return 0
  }
  const look = (page: ReadonlyArray<number>, index: string | symbol) => {
    looks += 1
    return Reflect.get(page, index)
  }
  const { reader } = reading(holders)
  const pages: HolderReader['pages'] = async (requests) => {
    const read = await reader.pages(requests)
    return read.map((page) => new Proxy(page, { get: look }))
  }
  const queries = sets.map((keys) => ({ database: aDatabase(), keys: keys.map(aKey) }))
  const found = await commonHolders(
    queries,
    () => ({ ...reader, pages }),
    new Turns({ ...systemClock, elapsed }),
  )
  expect(queries.map((query) => found.get(query))).toEqual(sets.map(() => []))
  expect(checks).toBeGreaterThan(sets.length)
  expect(mostLooks).toBeLessThan(1.1 * pageSizes[2])
})

test('several sets skip separately', async () => {
  const holders = {
    't:a': [...numbers(3000), 90_000],
    't:b': [...numbers(3000, 1, 50_000), 90_000],
    't:c': numbers(3000, 1, 20_000),
    't:d': numbers(3000, 1, 22_999),
  }
  const sets = [
    ['t:a', 't:b'],
    ['t:c', 't:d'],
    ['t:a', 't:d'],
    ['t:a', 't:a'],
  ]
  expect((await cost(holders, ...sets)).found).toEqual([[90_000], [22_999], [], numbers(maxCandidates)])
})

test('asks for each database separately', async () => {
  const queries = [1, 2, 1].map((db, n) => ({
    database: aDatabase(1, db),
    keys: [aKey('t:a'), aKey(`t:${n}`)],
  }))
  const holders = [
    { 't:a': [1, 2], 't:0': [1], 't:1': [1], 't:2': [1] },
    { 't:a': [3], 't:1': [2, 3] },
  ]
  const found = await commonHolders(
    queries,
    ({ db_id }) => reading(holders[db_id - 1] ?? {}).reader,
    new Turns(systemClock),
  )
  expect(queries.map((query) => found.get(query))).toEqual([[1], [3], [1]])
})
