import { aborted } from '../../application/or-aborted.ts'
import { late, orLate } from '../../application/or-late.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { ConnectionGivenUp } from './connection-given-up.ts'
import { NoAnswer } from './trouble.ts'

/**
 * Settles like the promise, or rejects with `NoAnswer` after `ms` milliseconds, or with `ConnectionGivenUp` as soon as
 * the signal aborts. A later result is dropped.
 */
export const within = async <T>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  givenUp?: AbortSignal,
): Promise<T> => {
  const result = await orLate(clock, ms, promise, givenUp)
  if (result === aborted) throw new ConnectionGivenUp()
  if (result === late) throw new NoAnswer(ms)
  return result
}
