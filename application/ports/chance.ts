/**
 * A random number from 0 (inclusive) to 1 (exclusive). A port, so that the whole program can run on simulated chance.
 */
export type Chance = () => number
