import type { SearchTerm } from './search-terms.ts'

/**
 * A term as stores index it: a whole number below 2^47. Two terms may have the same, once in about 10^14 pairs, so what
 * is found by it has to be compared with the terms of its event. Never change it: search indexes hold such numbers.
 */
export const termNumber = (term: SearchTerm): number => {
  let low = 0x9e3779b9
  let high = 0x85ebca6b
  for (let i = 0; i < term.length; i++) {
    const unit = term.charCodeAt(i)
    low = Math.imul(low ^ unit, 0x9e3779b1)
    high = Math.imul(high ^ unit, 0x5f356495)
  }
  low = mixed(low) ^ Math.imul(high, 0xc2b2ae3d)
  high = mixed(high) ^ Math.imul(low, 0x85ebca6b)
  return (high & 0x7fff) * 2 ** 32 + (low >>> 0)
}

const mixed = (half: number): number => Math.imul(half ^ (half >>> 15), 0xc2b2ae35) ^ (half >>> 13)
