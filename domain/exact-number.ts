/**
 * Whether a number equals its text and survives being written and read again: JSON has no NaN or infinity, and an
 * integer beyond 2^53 may have been rounded.
 */
export const isExact = (number: number): boolean =>
  Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))
