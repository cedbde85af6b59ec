import { groupBy } from 'fp-ts/lib/NonEmptyArray.js'
import type { KeySetQuery } from '../../application/ports/profile-directory.ts'
import type { Turns } from '../../application/turns.ts'
import { type Database, databaseName } from '../../domain/ids.ts'
import { type KeySet, maxCandidates } from '../../domain/matching/identity-key.ts'
import { commonBits } from './common-bits.ts'
import type { HolderList } from './holder-list.ts'
import { type HolderReader, type PageSize, pageSizes } from './holder-reader.ts'
import { advanceAll, createSearches, fewHolders, type KeySetSearch, neededFrom } from './key-set-search.ts'

/** How many numbers there may be if all lists in use had pages of one size. The shortest pages may always be read. */
const mostNumbers = 4_000_000

/** How many bits of all windows are in memory at a time, and of one window. */
const [mostBits, widest] = [2 ** 28, 2 ** 20]

/**
 * The oldest profiles that each query finds, oldest first, at most `maxCandidates`. Messages of a batch often ask for
 * the same keys: each key set is looked up once.
 */
export const commonHolders = async (
  queries: ReadonlyArray<KeySetQuery>,
  readerOf: (database: Database) => HolderReader,
  turns: Turns,
): Promise<ReadonlyMap<KeySetQuery, ReadonlyArray<number>>> => {
  const found = new Map<KeySetQuery, ReadonlyArray<number>>()
  const inDatabases = groupBy(({ database }: KeySetQuery) => databaseName(database))([...queries])
  for (const inDatabase of Object.values(inDatabases)) {
    const [{ database }] = inDatabase
    const equal = Object.values(groupBy(({ keys }: KeySetQuery) => JSON.stringify(keys))(inDatabase))
    const keySets = equal.map(([{ keys }]) => keys)
    const foundIn = await findIn(readerOf(database), keySets, turns)
    for (const [i, queries] of equal.entries())
      for (const query of queries) found.set(query, foundIn[i]?.slice(0, maxCandidates) ?? [])
  }
  return found
}

/**
 * All searches advance together, so that each holder of a key is read at most once, however many sets have the key; and
 * profiles that one key of a set skips are not read for its other keys.
 */
const findIn = async (
  reader: HolderReader,
  keySets: ReadonlyArray<KeySet>,
  turns: Turns,
): Promise<ReadonlyArray<ReadonlyArray<number>>> => {
  // What is found outlives its search: lists that no open search needs are released.
  let open = createSearches(keySets)
  const found = open.map((search) => search.found)
  let from = 0
  for (;;) {
    open = await advanceAll(open, from, turns)
    if (open.length === 0) return found
    const needed = await neededFrom(open, turns)
    const unread = [...needed].filter(([list, start]) => list.end <= start)
    if (unread.length > 0) {
      const requests = unread.map(([{ key, pages }, start]) => ({
        key,
        from: start,
        limit: pageSize(pages, needed.size),
      }))
      const pages = await reader.pages(requests)
      for (const [i, [list]] of unread.entries()) list.fill(pages[i] ?? [], requests[i]?.limit ?? 0)
      open = await withoutFew(open, reader, turns)
    } else from = await addCommon(open, [...needed.keys()], turns)
  }
}

const pageSize = (read: number, lists: number): PageSize =>
  pageSizes.findLast((size, i) => i === 0 || (i <= read && size * lists <= mostNumbers)) ?? pageSizes[0]

/** Completes the sets with a key that has few holders left: those are examined instead of the holders of other keys. */
const withoutFew = async (
  open: ReadonlyArray<KeySetSearch>,
  reader: HolderReader,
  turns: Turns,
): Promise<ReadonlyArray<KeySetSearch>> => {
  const few = new Map<KeySetSearch, ReadonlyArray<number>>()
  for (const search of open) {
    const turn = turns.next()
    if (turn !== undefined) await turn
    const among = fewHolders(search, pageSizes[0])
    if (among !== undefined) few.set(search, among)
  }
  if (few.size === 0) return open
  const having = await reader.having([...few].map(([{ keys }, among]) => ({ keys, among })))
  for (const [i, { found }] of [...few.keys()].entries()) found.push(...(having[i] ?? []))
  return open.filter((search) => !few.has(search))
}

/** Adds the matches up to where all lists are known. Returns that number. */
const addCommon = async (
  open: ReadonlyArray<KeySetSearch>,
  lists: ReadonlyArray<HolderList>,
  turns: Turns,
): Promise<number> => {
  const from = open.reduce((least, search) => Math.min(least, search.from), Number.POSITIVE_INFINITY)
  const width = Math.min(widest, 32 * Math.max(1, Math.floor(mostBits / 32 / lists.length)))
  const to = lists.reduce((least, { end }) => Math.min(least, end), from + width)
  const windows = new Map<HolderList, Uint32Array>()
  for (const search of open) {
    if (search.from >= to) continue
    const bits: Array<Uint32Array> = []
    for (const list of search.lists) {
      const turn = turns.next()
      if (turn !== undefined) await turn
      const known = windows.get(list) ?? list.bits(from, to)
      windows.set(list, known)
      bits.push(known)
    }
    for (const offset of commonBits(bits)) if (search.found.push(from + offset) >= maxCandidates) break
  }
  return to
}
