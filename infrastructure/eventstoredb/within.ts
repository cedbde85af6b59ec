import { aborted, orAborted } from '../../application/or-aborted.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { ConnectionGivenUp } from './connection-given-up.ts'
import { NoAnswer } from './trouble.ts'

const never = new AbortController().signal

/**
 * Settles like the promise, or rejects with `NoAnswer` after `ms` milliseconds, or with `ConnectionGivenUp` as soon as
 * the signal aborts. A later result is dropped.
 */
export const within = async <T>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  givenUp: AbortSignal = never,
): Promise<T> => {
  const done = new AbortController()
  const late = clock.sleep(ms, done.signal).then(() => {
    throw new NoAnswer(ms)
  })
  // The loser of the race may reject when nobody listens, which would end the process.
  late.catch(() => {})
  promise.catch(() => {})
  try {
    const result = await orAborted(Promise.race([promise, late]), givenUp)
    if (result === aborted) throw new ConnectionGivenUp()
    return result
  } finally {
    // With a reason, because creating the usual one costs more than everything else.
    done.abort('done')
  }
}
