/** A random source that gives the same sequence for the same seed. */
export interface Random {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number
  /** One of the values, of which there must be at least one. */
  pick<const A>(values: ReadonlyArray<A>): A
}

/** Mulberry32. */
export const seededRandom = (seed: number): Random => {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  const pick = <const A>(values: ReadonlyArray<A>): A => {
    const [picked] = values.slice(below(values.length))
    if (picked === undefined) throw new Error('nothing to pick from')
    return picked
  }
  return { below, pick }
}
