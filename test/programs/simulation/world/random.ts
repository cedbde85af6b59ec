/** Chance, decided by a seed: the same seed gives the same choices in the same order. */
export interface Random {
  /** From 0 to below 1. */
  next(): number
  chance(probability: number): boolean
  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number
  between(least: number, most: number): number
  pick<A>(first: A, ...others: ReadonlyArray<A>): A
  /** Hex digits. */
  hex(digits: number): string
  /** Another sequence: drawing from one does not affect the other. */
  fork(): Random
}

/** mulberry32, after the seed was spread over all bits. */
export const seededRandom = (seed: number): Random => {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const integer = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    chance: (probability) => probability > 0 && next() < probability,
    integer,
    between: (least, most) => least + next() * (most - least),
    pick: (...choices) => choices[integer(0, choices.length - 1)] ?? choices[0],
    hex: (digits) => Array.from({ length: digits }, () => integer(0, 15).toString(16)).join(''),
    fork: () => seededRandom(Math.floor(next() * 4294967296)),
  }
}
