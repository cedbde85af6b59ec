import type { Chance } from './ports/chance.ts'
import type { Clock } from './ports/clock.ts'

/** Milliseconds before the first retry, doubled for each further one up to `longest`. */
export interface RetryPolicy {
  readonly first: number
  readonly longest: number
}

export interface RetryPorts {
  readonly clock: Clock
  readonly chance: Chance
}

export interface Retry {
  /** Waits before the next try, or until the signal aborts. */
  wait(signal?: AbortSignal): Promise<void>
  /** Success: the next failure counts as the first. */
  reset(): void
}

/** Waits between tries. Up to half of each wait is randomly omitted, so that processes do not retry in step. */
export const retry = ({ first, longest }: RetryPolicy, { clock, chance }: RetryPorts): Retry => {
  let next = first
  return {
    wait: (signal) => {
      const delay = next
      next = Math.min(2 * next, longest)
      return clock.sleep(delay / 2 + (delay / 2) * chance(), signal)
    },
    reset: () => {
      next = first
    },
  }
}
