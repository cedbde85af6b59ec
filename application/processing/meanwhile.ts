import { late, orLate } from '../or-late.ts'
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
  while ((await orLate(clock, ms, pending)) === late) await action()
}
