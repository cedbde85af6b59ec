/** Time. A port, so that the whole program can run on a simulated clock. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number
  /**
   * Milliseconds since some moment, for measuring durations. Never goes backwards, unlike `now` when somebody sets the
   * clock.
   */
  elapsed(): number
  /** Resolves after `ms` milliseconds, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Lets everything else that is due run first: timers, sockets, other work. */
  turn(): Promise<void>
}
