/** A random number from 0 (inclusive) to 1 (exclusive), passed in so that the whole program can run on simulated luck. */
export type Chance = () => number
