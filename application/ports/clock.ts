/** Time, passed in so that the whole program can run on a simulated one. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number
  /** Milliseconds since some moment. Never goes back, as `now` does when somebody sets the clock: for how long things take. */
  elapsed(): number
  /** Resolves after `ms` milliseconds, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Lets everything else that is due have its turn first: timers, sockets, other work. */
  turn(): Promise<void>
}
