/**
 * Whether a number is what its text said and stays so when it is written and read again: JSON has no NaN and no infinity,
 * and an integer beyond 2^53 may have been rounded.
 */
export const isExact = (number: number): boolean =>
  Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number))
