import { type aborted, orAborted } from './or-aborted.ts'
import type { Clock } from './ports/clock.ts'

export const late = Symbol('late')

/**
 * Settles like the promise, or with `late` after `ms` milliseconds, or with `aborted` as soon as the signal aborts. A
 * later result is dropped, and no timer is left.
 */
export function orLate<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T | typeof late>
export function orLate<T>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T | typeof late | typeof aborted>
export async function orLate<T>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  signal?: AbortSignal,
): Promise<T | typeof late | typeof aborted> {
  const done = new AbortController()
  const limit = clock.sleep(ms, done.signal).then((): typeof late => late)
  // It may reject later, when nobody listens any more; that would end the process.
  promise.catch(() => {})
  try {
    const result = Promise.race([promise, limit])
    return await (signal === undefined ? result : orAborted(result, signal))
  } finally {
    // With a reason, because creating the usual one costs more than everything else.
    done.abort('done')
  }
}
