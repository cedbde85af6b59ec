import type { Plant } from '../service/cluster.ts'
import type { Kind } from '../service/incidents.ts'

/** A mistake that somebody might make, planted from outside: the shipped code knows nothing of it. */
export interface Defect {
  readonly name: string
  /** How many seeds, from the first, are enough to catch it. */
  readonly seeds: number
  /** What befalls the cluster while it is looked for; anything, unless said. */
  readonly focus?: ReadonlyArray<Kind>
  /** Lets a port misbehave as if the code behind or before it were wrong. */
  readonly plant?: Plant
  /** Replaces a method of the shipped code for the time being, and returns how to put it back. */
  readonly replace?: () => () => void
}

export const replacing =
  <A extends object, K extends keyof A>(prototype: A, method: K, by: A[K]) =>
  () => {
    const original = prototype[method]
    prototype[method] = by
    return () => {
      prototype[method] = original
    }
  }
