import type { Turns } from '../../application/turns.ts'
import { type IdentityKey, type KeySet, maxCandidates } from '../../domain/matching/identity-key.ts'
import { HolderList } from './holder-list.ts'

/** The search for the oldest profiles that have all keys of a set. */
export interface KeySetSearch {
  readonly keys: KeySet
  readonly lists: ReadonlyArray<HolderList>
  readonly found: Array<number>
  /** Before it, there are no more matches. */
  from: number
}

/** Of one database: key sets with a key in common share its list. */
export const createSearches = (keySets: ReadonlyArray<KeySet>): ReadonlyArray<KeySetSearch> => {
  const lists = new Map<IdentityKey, HolderList>()
  const listOf = (key: IdentityKey) => {
    const list = lists.get(key) ?? new HolderList(key)
    lists.set(key, list)
    return list
  }
  return keySets.map((keys) => ({ keys, lists: [...new Set(keys)].map(listOf), found: [], from: 0 }))
}

/** Moves each search to its next possible match, `from` or later. Without those that can have none, or have enough. */
export const advanceAll = async (
  open: ReadonlyArray<KeySetSearch>,
  from: number,
  turns: Turns,
): Promise<ReadonlyArray<KeySetSearch>> => {
  const left: Array<KeySetSearch> = []
  for (const search of open) {
    const turn = turns.next()
    if (turn !== undefined) await turn
    if (advance(search, from)) left.push(search)
  }
  return left
}

/** False if the search is done. */
const advance = (search: KeySetSearch, from: number): boolean => {
  if (search.found.length >= maxCandidates) return false
  search.from = Math.max(search.from, from)
  for (const list of search.lists) search.from = Math.max(search.from, list.next(search.from))
  return search.from < Number.POSITIVE_INFINITY
}

/** The lists to read now, and from where on some search may need each, now or later. */
export const neededFrom = async (
  open: ReadonlyArray<KeySetSearch>,
  turns: Turns,
): Promise<ReadonlyMap<HolderList, number>> => {
  const needed = new Map<HolderList, number>()
  for (const search of open) {
    const turn = turns.next()
    if (turn !== undefined) await turn
    for (const list of neededLists(search)) needed.set(list, search.from)
  }
  for (const { lists, from } of open) {
    const turn = turns.next()
    if (turn !== undefined) await turn
    for (const list of lists) {
      const earliest = needed.get(list)
      if (earliest !== undefined && from < earliest) needed.set(list, from)
    }
  }
  return needed
}

/** The lists that the search needs now: it reads them one after another, and no other once one has few holders. */
const neededLists = ({ lists }: KeySetSearch): ReadonlyArray<HolderList> => {
  const firstUnread = lists.findIndex(({ pages }) => pages === 0)
  return firstUnread === -1 ? lists : lists.slice(0, firstUnread + 1)
}

/** All holders left of one of the keys: the fewest, if they are fewer than `limit`. */
export const fewHolders = (
  { lists, from }: KeySetSearch,
  limit: number,
): ReadonlyArray<number> | undefined => {
  let fewest: HolderList | undefined
  let least = limit
  for (const list of lists) {
    const count = list.end === Number.POSITIVE_INFINITY ? list.count(from) : limit
    if (count >= least) continue
    fewest = list
    least = count
  }
  return fewest?.known(from)
}
