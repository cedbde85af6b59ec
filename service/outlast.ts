import { CannotGoOn } from '../application/cannot-go-on.ts'
import { StoreTrouble } from '../application/ports/store-trouble.ts'
import { type RetryPolicy, type RetryPorts, retry } from '../application/retry.ts'

/** Told of each try that failed, and when one succeeded after such. */
export interface OutlastObserver {
  failed(trouble: StoreTrouble): void
  recovered(): void
}

const retryPolicy: RetryPolicy = { first: 100, longest: 5000 }

/**
 * Tries again as long as a store is in trouble, or until the signal aborts. Rejects with every other failure. The action may
 * have been done in part.
 */
export const outlastStores = async (
  action: () => Promise<void>,
  ports: RetryPorts,
  observer: OutlastObserver,
  signal: AbortSignal,
): Promise<void> => {
  const again = retry(retryPolicy, ports)
  for (let failed = false; !signal.aborted; failed = true) {
    try {
      await action()
      if (failed) observer.recovered()
      return
    } catch (error) {
      if (!(error instanceof StoreTrouble)) throw error
      if (signal.aborted) return
      observer.failed(error)
      await again.wait(signal)
    }
  }
}

/** For what comes first: a store that refuses from the start does so until somebody acts. @throws CannotGoOn */
export const endingWhereRefused = async (action: () => Promise<void>): Promise<void> => {
  try {
    await action()
  } catch (error) {
    throw error instanceof StoreTrouble && error.kind === 'refusing' ? new CannotGoOn(error.message) : error
  }
}
