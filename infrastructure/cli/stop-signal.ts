import { sayError } from './output.ts'

const signals = ['SIGTERM', 'SIGINT'] as const

/** As without a handler, but not silently. */
const end = (signal: NodeJS.Signals): void => {
  sayError('interrupted')
  process.off(signal, end)
  process.kill(process.pid, signal)
}

/** A signal ends the process, unless `stopSignal` handles it. */
export const endWhenInterrupted = (): void => {
  for (const name of signals) if (process.listenerCount(name) === 0) process.on(name, end)
}

/** Runs what blocks the thread, and with it every handler: a signal ends the process at once, without a word. */
export const endingAtOnce = async <A>(blocking: () => A | Promise<A>): Promise<A> => {
  for (const name of signals) process.off(name, end)
  try {
    return await blocking()
  } finally {
    endWhenInterrupted()
  }
}

/** Aborts on the first SIGTERM or SIGINT; the second ends the process at once, as if it were killed. */
export const stopSignal = (onStop: (signal: NodeJS.Signals) => void): AbortSignal => {
  const stopping = new AbortController()
  for (const name of signals) {
    process.on(name, () => {
      if (stopping.signal.aborted) {
        sayError('ended at once by a second signal')
        process.exit(1)
      }
      onStop(name)
      stopping.abort()
    })
    // Only now: without a handler, a signal that has just arrived would be lost.
    process.off(name, end)
  }
  return stopping.signal
}
