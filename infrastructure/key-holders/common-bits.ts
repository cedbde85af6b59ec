/** The indexes of the bits that are set in all of the arrays, which have the same length. */
export function* commonBits(arrays: ReadonlyArray<Uint32Array>): Iterable<number> {
  const [first, ...others] = arrays
  if (first === undefined) return
  for (let i = 0; i < first.length; i++) {
    let word = first[i] ?? 0
    for (let n = 0; word !== 0 && n < others.length; n++) word &= others[n]?.[i] ?? 0
    // The lowest bit that is set, until none is left.
    for (; word !== 0; word &= word - 1) yield 32 * i + 31 - Math.clz32(word & -word)
  }
}
