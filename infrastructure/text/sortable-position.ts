import type { Position } from '../../application/ports/position.ts'

/** Digits of the largest 64-bit number. */
const digits = 20

/** Text that a server sorts in the same order as `comparePositions`. */
export const sortablePosition = (position: Position): string =>
  position
    .split('/')
    .map((number) => number.padStart(digits, '0'))
    .join('/')

/** The position of a sortable text. */
export const positionOf = (sortable: string): Position =>
  sortable.replace(/(^|\/)0+(?=\d)/g, '$1') as Position
