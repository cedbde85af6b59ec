import { aborted, orAborted } from '../or-aborted.ts'
import { late, orLate } from '../or-late.ts'
import type { Chance } from '../ports/chance.ts'
import type { Clock } from '../ports/clock.ts'
import { StoreTrouble } from '../ports/store-trouble.ts'
import { type Retry, type RetryPolicy, retry } from '../retry.ts'
import type { ImportObserver } from './observer.ts'

/** The source is lost, or a stop was requested while a store was away. Unacknowledged messages are delivered again. */
export class Abandoned extends Error {}

export const retryPolicy: RetryPolicy = { first: 50, longest: 5000 }
/** Milliseconds that a store has to answer once a stop is requested. */
const lastAnswer = 3000

/** Retries until it succeeds, however long a store is in trouble. @throws Abandoned */
export type Retrying = <T>(action: () => Promise<T>) => Promise<T>

export const retryingTrouble =
  (
    ports: {
      readonly clock: Clock
      readonly chance: Chance
      readonly observer: Pick<ImportObserver, 'failed' | 'recovered'>
    },
    signal: AbortSignal,
  ): Retrying =>
  async (action) => {
    const again = retry(retryPolicy, ports)
    const finish = async <T>(work: Promise<T>): Promise<T> => {
      const result = await orAborted(work, signal)
      if (result !== aborted) return result
      const last = await orLate(ports.clock, lastAnswer, work)
      if (last === late) throw new Abandoned()
      return last
    }
    for (let failed = false; ; failed = true) {
      try {
        const result = await finish(action())
        if (failed) ports.observer.recovered()
        return result
      } catch (error) {
        if (!(error instanceof StoreTrouble)) throw error
        ports.observer.failed(error)
      }
      await waitUnlessStopped(again, signal)
    }
  }

/** @throws Abandoned */
export const waitUnlessStopped = async (again: Retry, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) throw new Abandoned()
  await again.wait(signal)
}
