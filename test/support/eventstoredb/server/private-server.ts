/** A private server on the loopback address. */
export interface PrivateServer {
  /** Stays the same across restarts. */
  readonly url: string
  /** False for a server that only speaks the protocol. */
  readonly real: boolean
  /** Resolves when the server accepts connections. */
  start(): Promise<void>
  /** SIGKILL: a log on disk remains for the next start. */
  kill(): Promise<void>
  /** SIGSTOP, or the like: it accepts connections, but never answers. */
  suspend(): Promise<void>
  resume(): Promise<void>
  /**
   * Kills the server and removes its container: call it when done. It also happens when this process ends, however it
   * ends.
   */
  dispose(): Promise<void>
}
