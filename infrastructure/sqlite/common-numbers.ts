/** The first number of an ascending list that is not below a number. */
export type Seek = (from: number) => number | undefined

/**
 * The first `limit` numbers that all lists have in common. Each round makes every list skip what another one lacks, so
 * the work is bounded by the shortest list.
 */
export const commonNumbers = (lists: ReadonlyArray<Seek>, limit: number): Array<number> => {
  const common: Array<number> = []
  if (lists.length === 0) return common
  let candidate = 0
  while (common.length < limit) {
    let next = candidate
    for (const seek of lists) {
      const found = seek(next)
      if (found === undefined) return common
      next = found
    }
    // Every list has `next` only if no list had to skip beyond what those before it had.
    if (next === candidate) common.push(candidate++)
    else candidate = next
  }
  return common
}
