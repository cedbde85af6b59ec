import type { KeySetQuery } from '../../application/ports/profile-directory.ts'
import type { Turns } from '../../application/turns.ts'
import { type Database, databaseName } from '../../domain/ids.ts'
import { type IdentityKey, type KeySet, maxCandidates } from '../../domain/matching/identity-key.ts'
import { commonBits } from './common-bits.ts'
import { HolderList } from './holder-list.ts'
import { type HolderReader, pageSizes } from './holder-reader.ts'

/** How many numbers of all pages are in memory at a time. */
const mostNumbers = 4_000_000

/** How many bits of all windows are in memory at a time, and of one window. */
const [mostBits, widest] = [2 ** 28, 2 ** 20]

interface OpenSet {
  readonly keys: KeySet
  readonly lists: ReadonlyArray<HolderList>
  readonly found: Array<number>
  /** Before it, the set has no more matches. */
  from: number
}

/** The oldest profiles that each query finds, oldest first, at most `maxCandidates`. */
export const commonHolders = async (
  queries: ReadonlyArray<KeySetQuery>,
  readerOf: (database: Database) => HolderReader,
  turns: Turns,
): Promise<ReadonlyMap<KeySetQuery, ReadonlyArray<number>>> => {
  const databases = new Map<string, { readonly database: Database; readonly queries: Array<KeySetQuery> }>()
  for (const query of queries) {
    const { database } = query
    const name = databaseName(database)
    const known = databases.get(name)
    if (known === undefined) databases.set(name, { database, queries: [query] })
    else known.queries.push(query)
  }
  const found = new Map<KeySetQuery, ReadonlyArray<number>>()
  for (const { database, queries } of databases.values()) {
    const sets = openSets(queries)
    await findIn(sets, readerOf(database), turns)
    for (const [i, query] of queries.entries()) found.set(query, sets[i]?.found.slice(0, maxCandidates) ?? [])
  }
  return found
}

/**
 * All sets advance together, so that each holder of a key is read at most once, however many sets have the key; and
 * profiles that one key of a set skips are not read for its other keys.
 */
const findIn = async (sets: ReadonlyArray<OpenSet>, reader: HolderReader, turns: Turns): Promise<void> => {
  let open = sets
  let from = 0
  for (;;) {
    open = open.filter((set) => isOpen(set, from))
    if (open.length === 0) return
    const needed = neededFrom(open)
    const unread = [...needed].filter(([list, start]) => list.end <= start)
    if (unread.length > 0) {
      const requests = unread.map(([{ key, pages }, start]) => ({
        key,
        from: start,
        limit: pageSize(pages, needed.size),
      }))
      const pages = await reader.pages(requests)
      for (const [i, [list]] of unread.entries()) list.fill(pages[i] ?? [], requests[i]?.limit ?? 0)
      open = await withoutFew(open, reader)
    } else from = await addCommon(open, [...needed.keys()], turns)
  }
}

const openSets = (queries: ReadonlyArray<KeySetQuery>): ReadonlyArray<OpenSet> => {
  const lists = new Map<IdentityKey, HolderList>()
  const listOf = (key: IdentityKey) => {
    const list = lists.get(key) ?? new HolderList(key)
    lists.set(key, list)
    return list
  }
  return queries.map(({ keys }) => ({ keys, lists: [...new Set(keys)].map(listOf), found: [], from: 0 }))
}

/** Moves the set to its next possible match, `from` or later. False if it can have none, or has enough. */
const isOpen = (set: OpenSet, from: number): boolean => {
  if (set.found.length >= maxCandidates) return false
  set.from = Math.max(set.from, from)
  for (const list of set.lists) set.from = Math.max(set.from, list.next(set.from))
  return set.from < Number.POSITIVE_INFINITY
}

/**
 * The lists to read now, and from where on some set may need each. A set reads its lists one after another: if one has
 * few holders, it needs no other.
 */
const neededFrom = (open: ReadonlyArray<OpenSet>): ReadonlyMap<HolderList, number> => {
  const now = new Set<HolderList>()
  const earliest = new Map<HolderList, number>()
  for (const { lists, from } of open) {
    const firstUnread = lists.findIndex(({ pages }) => pages === 0)
    for (const [i, list] of lists.entries()) {
      earliest.set(list, Math.min(earliest.get(list) ?? from, from))
      if (firstUnread === -1 || i <= firstUnread) now.add(list)
    }
  }
  return new Map([...now].map((list) => [list, earliest.get(list) ?? 0]))
}

const pageSize = (read: number, lists: number): number =>
  pageSizes.findLast((size, i) => i === 0 || (i <= read && size * lists <= mostNumbers)) ?? pageSizes[0]

/** Completes the sets with a key that has few holders left: those are examined instead of the holders of other keys. */
const withoutFew = async (
  open: ReadonlyArray<OpenSet>,
  reader: HolderReader,
): Promise<ReadonlyArray<OpenSet>> => {
  const few = new Map<OpenSet, ReadonlyArray<number>>()
  for (const set of open) {
    const known = set.lists
      .filter(({ end }) => end === Number.POSITIVE_INFINITY)
      .map((list) => list.known(set.from))
    const fewest = known.find(({ length }) => length < pageSizes[0])
    if (fewest !== undefined) few.set(set, fewest)
  }
  if (few.size === 0) return open
  const requests = [...few].map(([{ keys }, among]) => ({ keys, among }))
  const having = await reader.having(requests)
  for (const [i, set] of [...few.keys()].entries()) set.found.push(...(having[i] ?? []))
  return open.filter((set) => !few.has(set))
}

/** Adds the matches up to where all lists are known. Returns that number. */
const addCommon = async (
  open: ReadonlyArray<OpenSet>,
  lists: ReadonlyArray<HolderList>,
  turns: Turns,
): Promise<number> => {
  const from = Math.min(...open.map((set) => set.from))
  const width = Math.min(widest, 32 * Math.max(1, Math.floor(mostBits / 32 / lists.length)))
  const to = lists.reduce((least, { end }) => Math.min(least, end), from + width)
  const windows = new Map<HolderList, Uint32Array>()
  for (const set of open) {
    const turn = turns.next()
    if (turn !== undefined) await turn
    if (set.from >= to) continue
    const bits = set.lists.map((list) => {
      const known = windows.get(list) ?? list.bits(from, to)
      windows.set(list, known)
      return known
    })
    for (const offset of commonBits(bits)) if (set.found.push(from + offset) >= maxCandidates) break
  }
  return to
}
