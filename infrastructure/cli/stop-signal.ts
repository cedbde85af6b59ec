/** Aborts on the first SIGTERM or SIGINT; the second ends the process at once, as if it were killed. */
export const stopSignal = (onStop: () => void): AbortSignal => {
  const stopping = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(1)
      onStop()
      stopping.abort()
    })
  }
  return stopping.signal
}
