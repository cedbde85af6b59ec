export const aborted = Symbol('aborted')

/** Settles like the promise, or with `aborted` as soon as the signal aborts. Leaves no listener behind. */
export const orAborted = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T | typeof aborted> =>
  new Promise((resolve, reject) => {
    const stop = () => resolve(aborted)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
