import { aborted, orAborted } from '../../application/or-aborted.ts'
import type { Clock } from '../../application/ports/clock.ts'
import { ConnectionGivenUp } from './connection-given-up.ts'
import { NoAnswer } from './trouble.ts'

const never = new AbortController().signal

/**
 * What the promise gives, or a rejection: with `NoAnswer` after `ms` milliseconds, with `ConnectionGivenUp` as soon as the
 * signal aborts. What it gives later is dropped.
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
  // Whichever loses the race may reject when nobody listens any more, which would end the process.
  late.catch(() => {})
  promise.catch(() => {})
  try {
    const result = await orAborted(Promise.race([promise, late]), givenUp)
    if (result === aborted) throw new ConnectionGivenUp()
    return result
  } finally {
    // With a reason, because making the usual one costs more than all the rest.
    done.abort('done')
  }
}
