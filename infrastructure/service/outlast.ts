import type { Clock } from '../../application/ports/clock.ts'
import { EventStoreDbError } from '../eventstoredb/event-store-db-error.ts'
import { MongoDbError } from '../mongodb/mongodb-error.ts'

/** Milliseconds. */
const firstRetryDelay = 100
const longestRetryDelay = 5000

/** What is in a file does not come back by waiting. */
const isAway = (error: unknown): boolean =>
  error instanceof EventStoreDbError || error instanceof MongoDbError

/**
 * Tries again as long as a server of the stores is away, or until the signal aborts. `onAway` is told each time. Rejects
 * with every other failure. The action may have been done in part.
 */
export const outlastStores = async (
  action: () => Promise<void>,
  clock: Clock,
  onAway: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> => {
  for (let delay = firstRetryDelay; !signal.aborted; delay = Math.min(2 * delay, longestRetryDelay)) {
    try {
      return await action()
    } catch (error) {
      if (!isAway(error)) throw error
      if (signal.aborted) return
      onAway(error)
      await clock.sleep(delay, signal)
    }
  }
}
