import type { Position } from '../../application/ports/position.ts'

/** Digits of the largest number of 64 bits. */
const digits = 20

/** Text that a server sorts as `comparePositions` does. */
export const sortablePosition = (position: Position): string =>
  position
    .split('/')
    .map((number) => number.padStart(digits, '0'))
    .join('/')
