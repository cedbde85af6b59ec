import * as t from 'io-ts'

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

/** In words, as an object of `after` and the like. */
export const positionText = (position: Position): string =>
  position === beginning ? 'the beginning' : `position ${position}`

export const isPosition = (text: string): text is Position => /^(0|[1-9]\d*)(\/(0|[1-9]\d*))*$/.test(text)

const isPlace = (input: unknown): input is Position =>
  typeof input === 'string' && (input === beginning || isPosition(input))

/** Also of the beginning. */
export const positionCodec = new t.Type<Position, Position, unknown>(
  'Position',
  isPlace,
  (input, context) => (isPlace(input) ? t.success(input) : t.failure(input, context)),
  t.identity,
)

/** Negative if `a` is before `b`, 0 if they are the same, positive if `a` is after `b`. */
export const comparePositions = (a: Position, b: Position): number => {
  if (a === b) return 0
  // Most positions are one number, and thousands are compared: splitting them would cost more than comparing them.
  if (!a.includes('/') && !b.includes('/')) return compareNumbers(a, b)
  const [left, right] = [a.split('/'), b.split('/')]
  for (const [i, x] of left.entries()) {
    const y = right[i] ?? ''
    if (x !== y) return compareNumbers(x, y)
  }
  return -1
}

/** For two positions that differ. */
const compareNumbers = (x: string, y: string): number =>
  x.length === y.length ? (x < y ? -1 : 1) : x.length - y.length

/** Positions of one kind of store have the same form. */
export const hasSameForm = (a: Position, b: Position): boolean => a.split('/').length === b.split('/').length

/**
 * How far `to` is after `from`, or 0 if it is not, in the store's own unit: events on SQLite, bytes of the log on
 * EventStoreDB.
 */
export const distance = (from: Position, to: Position): number => {
  const place = (position: Position) => Number(position.split('/')[0] ?? 0)
  return Math.max(0, place(to) - place(from))
}
