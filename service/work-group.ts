/**
 * Work that runs until it is ended. When one work fails, `stopped` aborts, so that users of the others can stop too.
 */
export interface WorkGroup {
  /** Aborts when the work has ended or failed. */
  readonly stopped: AbortSignal
  start(work: (signal: AbortSignal) => Promise<void>): void
  /** As if one had failed with the error. */
  fail(error: unknown): void
  /** Ends the work and waits for it. Rejects with the first failure. */
  end(): Promise<void>
}

export const createWorkGroup = (): WorkGroup => {
  const ending = new AbortController()
  const stopped = new AbortController()
  const works: Array<Promise<void>> = []
  ending.signal.addEventListener('abort', () => stopped.abort())
  const add = (running: Promise<void>) => {
    running.catch(() => stopped.abort())
    works.push(running)
  }
  return {
    stopped: stopped.signal,
    start: (work) => add(work(ending.signal)),
    fail: (error) => add(Promise.reject(error)),
    end: async () => {
      ending.abort()
      const ends = await Promise.allSettled(works)
      const failure = ends.find((end) => end.status === 'rejected')
      if (failure !== undefined) throw failure.reason
    },
  }
}
