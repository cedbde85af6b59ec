import type { Plant } from '../service/cluster.ts'
import type { Kind } from '../service/incidents.ts'

/** A mistake that somebody might make, planted from outside: the shipped code knows nothing of it. */
export interface Defect {
  readonly name: string
  /** How many seeds, from the first, suffice to catch it. */
  readonly seeds: number
  /** The incidents while it is searched for; by default any. */
  readonly focus?: ReadonlyArray<Kind>
  /** Makes a port misbehave as if the code behind or before it were wrong. */
  readonly plant?: Plant
  /** Replaces a method of the shipped code temporarily, and returns a function that restores it. */
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
