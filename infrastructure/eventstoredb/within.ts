import type { Clock } from '../../application/ports/clock.ts'
import { NoAnswer } from './trouble.ts'

/** What the promise gives, or a rejection with `NoAnswer` after `ms` milliseconds; what it gives later is dropped. */
export const within = async <T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T> => {
  const done = new AbortController()
  const late = clock.sleep(ms, done.signal).then(() => {
    throw new NoAnswer(ms)
  })
  // Whichever loses the race may reject when nobody listens any more, which would end the process.
  late.catch(() => {})
  promise.catch(() => {})
  try {
    return await Promise.race([promise, late])
  } finally {
    // With a reason, because making the usual one costs more than all the rest.
    done.abort('done')
  }
}
