/** Work that goes on until it is ended. When one part fails, `stopped` aborts, so that whoever uses the others can stop too. */
export interface WorkGroup {
  /** Aborts when the work is to end. */
  readonly signal: AbortSignal
  /** Aborts when the work has ended or failed. */
  readonly stopped: AbortSignal
  start(work: (signal: AbortSignal) => Promise<void>): void
  /** Ends the work and waits for it. Rejects with the first failure. */
  end(): Promise<void>
}

export const createWorkGroup = (): WorkGroup => {
  const ending = new AbortController()
  const stopped = new AbortController()
  const works: Array<Promise<void>> = []
  ending.signal.addEventListener('abort', () => stopped.abort())
  return {
    signal: ending.signal,
    stopped: stopped.signal,
    start: (work) => {
      const running = work(ending.signal)
      running.catch(() => stopped.abort())
      works.push(running)
    },
    end: async () => {
      ending.abort()
      const ends = await Promise.allSettled(works)
      const failure = ends.find((end) => end.status === 'rejected')
      if (failure !== undefined) throw failure.reason
    },
  }
}
