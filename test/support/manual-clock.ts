import type { Clock } from '../../application/ports/clock.ts'

interface Sleeper {
  readonly due: number
  readonly wake: () => void
}

/** Stands still, except when told to let time pass. */
export const manualClock = () => {
  let now = 0
  const sleepers = new Set<Sleeper>()
  const clock: Clock = {
    now: () => now,
    elapsed: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const wake = () => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const sleeper = { due: now + ms, wake }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake)
      }),
    turn: async () => {},
  }
  return {
    clock,
    /** How many sleep. */
    sleeping: () => sleepers.size,
    /** Wakes those whose time has come, and lets what follows from it happen. */
    pass: async (ms: number) => {
      now += ms
      for (const { due, wake } of [...sleepers]) if (due <= now) wake()
      await settled()
    },
  }
}

/** Everything that waits for no time has happened. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
