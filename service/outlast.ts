import { CannotGoOn } from '../application/cannot-go-on.ts'
import { StoreTrouble } from '../application/ports/store-trouble.ts'
import { type RetryPolicy, type RetryPorts, retry } from '../application/retry.ts'

/** Called after each failed try, and after the first success that follows. */
export interface OutlastObserver {
  failed(trouble: StoreTrouble): void
  recovered(): void
}

const retryPolicy: RetryPolicy = { first: 100, longest: 5000 }

/**
 * Retries as long as a store is in trouble, or until the signal aborts. Rejects with any other failure. The action may
 * have been partially done.
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

/** For startup: a store that refuses from the start does so until somebody acts. @throws CannotGoOn */
export const endingWhereRefused = async (action: () => Promise<void>): Promise<void> => {
  try {
    await action()
  } catch (error) {
    throw error instanceof StoreTrouble && error.kind === 'refusing' ? new CannotGoOn(error.message) : error
  }
}
