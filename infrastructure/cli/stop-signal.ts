import { sayError } from './output.ts'

const signals = ['SIGTERM', 'SIGINT'] as const

/** As without a handler, but not silently. */
const end = (signal: NodeJS.Signals): void => {
  sayError('interrupted')
  process.off(signal, end)
  process.kill(process.pid, signal)
}

/** For a command that has nothing to clean up: a signal ends it, unless `stopSignal` handles it. */
export const endWhenInterrupted = (): void => {
  for (const name of signals) if (process.listenerCount(name) === 0) process.on(name, end)
}

/** Runs what blocks the thread, and with it every handler: a signal ends the process at once. */
export const endingAtOnce = async <A>(blocking: () => Promise<A>): Promise<A> => {
  for (const name of signals) process.off(name, end)
  try {
    return await blocking()
  } finally {
    endWhenInterrupted()
  }
}

/** Aborts on the first SIGTERM or SIGINT; the second ends the process at once, as if it were killed. */
export const stopSignal = (onStop: () => void): AbortSignal => {
  const stopping = new AbortController()
  for (const name of signals) {
    process.off(name, end)
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(1)
      onStop()
      stopping.abort()
    })
  }
  return stopping.signal
}
