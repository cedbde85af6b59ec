/** A private MongoDB server for a test: on the loopback address, with its data in a temporary folder. */
export interface PrivateServer {
  /** Stays the same across restarts. */
  readonly url: string
  /** Resolves when the server accepts connections. */
  start(): Promise<void>
  /** SIGKILL: the data remains for the next start. */
  kill(): Promise<void>
  /** SIGSTOP, or the like: it accepts connections, but never answers. */
  suspend(): Promise<void>
  resume(): Promise<void>
  /** Kills it and removes its data: call it when done. It also happens when this process ends, however it ends. */
  dispose(): Promise<void>
}
