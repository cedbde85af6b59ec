interface PositionBrand {
  readonly Position: unique symbol
}

/**
 * A place in the log of all streams. Opaque but ordered: one or more decimal numbers without leading zeros,
 * separated by `/`. Only positions of the same store can be compared.
 */
export type Position = string & PositionBrand

/** Before the first event. */
export const beginning = '' as Position

export const isPosition = (text: string): text is Position => /^(0|[1-9]\d*)(\/(0|[1-9]\d*))*$/.test(text)

/** Negative when `a` is before `b`, 0 when they are the same place, positive when `a` is after `b`. */
export const comparePositions = (a: Position, b: Position): number => {
  if (a === b) return 0
  const [left, right] = [a.split('/'), b.split('/')]
  for (const [i, x] of left.entries()) {
    const y = right[i] ?? ''
    if (x !== y) return x.length === y.length ? (x < y ? -1 : 1) : x.length - y.length
  }
  return -1
}
