import { type ReadModelName, readModelNames } from '../../../../projections/registry.ts'
import type { Random } from '../world/random.ts'

/**
 * Something that happens to the cluster. `who` is the number of a place where a process runs; times in milliseconds.
 */
export type Incident =
  | { readonly kind: 'kill' | 'stop' | 'close' | 'cut'; readonly who: number }
  | { readonly kind: 'suspend'; readonly who: number; readonly ms: number }
  | { readonly kind: 'broker away' | 'log away' | 'store away'; readonly ms: number }
  | { readonly kind: 'lag'; readonly projection: ReadModelName; readonly ms: number }
  | { readonly kind: 'rebuild'; readonly projection: ReadModelName; readonly killedAfter: number }
  | { readonly kind: 'deploy' }
  /** A backup is taken now. After this time everything crashes, and the backup is restored. */
  | { readonly kind: 'restore'; readonly ms: number }

export type Kind = Incident['kind']

/** All but restores, of which most histories have none. */
export const kinds: ReadonlyArray<Kind> = [
  ...(['kill', 'stop', 'close', 'cut', 'suspend', 'lag', 'rebuild', 'deploy'] as const),
  ...(['broker away', 'log away', 'store away'] as const),
]

/** The incidents after which a message may be delivered again. */
export const redelivering: ReadonlySet<Kind> = new Set([
  'kill',
  'stop',
  'close',
  'cut',
  'suspend',
  'broker away',
  'deploy',
  'restore',
])

export const incidentOf = (kind: Kind, who: number, random: Random): Incident => {
  switch (kind) {
    case 'suspend':
      return { kind, who, ms: random.pick(random.between(50, 2000), random.between(2000, 30_000)) }
    case 'broker away':
    case 'log away':
    case 'store away':
      return { kind, ms: random.between(50, 10_000) }
    case 'lag':
      return {
        kind,
        // Nobody waits for the others.
        projection: random.pick('profiles', 'imports'),
        ms: random.chance(0.1) ? random.between(30_000, 120_000) : random.between(200, 5000),
      }
    case 'rebuild':
      return {
        kind,
        projection: readModelNames[random.integer(0, readModelNames.length - 1)] ?? 'profiles',
        killedAfter: random.chance(0.3) ? random.between(1, 500) : Number.POSITIVE_INFINITY,
      }
    case 'deploy':
      return { kind }
    case 'restore':
      // At once: then a read model that was interrupted may have its checkpoint before the fork.
      return { kind, ms: random.pick(random.between(0, 50), random.between(0, 8000)) }
    default:
      return { kind, who }
  }
}
