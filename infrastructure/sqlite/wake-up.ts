import type { Clock } from '../../application/ports/clock.ts'

/** Used as the reason, because creating the usual one costs more than everything else. */
const woken = 'woken'

/** Wakes those who wait for the next append of this process. */
export class WakeUp {
  readonly #clock: Clock
  readonly #waiting = new Set<AbortController>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  wake(): void {
    for (const waiter of this.#waiting) waiter.abort(woken)
  }

  /** Resolves after `ms`, on `wake`, or when the signal aborts, whichever is first. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const waiter = new AbortController()
    const abort = () => waiter.abort(woken)
    this.#waiting.add(waiter)
    signal.addEventListener('abort', abort)
    try {
      await this.#clock.sleep(ms, waiter.signal)
    } finally {
      signal.removeEventListener('abort', abort)
      this.#waiting.delete(waiter)
    }
  }
}
