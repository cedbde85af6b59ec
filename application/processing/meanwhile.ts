import type { Clock } from '../ports/clock.ts'

/**
 * Settles like the promise. As long as it is pending, calls `action` every `ms` milliseconds, one call after another,
 * and waits for the last call. `action` must not reject.
 */
export const meanwhile = async (
  clock: Clock,
  ms: number,
  pending: Promise<void>,
  action: () => Promise<void>,
): Promise<void> => {
  // Subscribes once: a promise keeps every subscription until it settles.
  const over = new AbortController()
  pending.catch(() => {}).finally(() => over.abort('over'))
  while (!over.signal.aborted) {
    await clock.sleep(ms, over.signal)
    if (!over.signal.aborted) await action()
  }
  await pending
}
