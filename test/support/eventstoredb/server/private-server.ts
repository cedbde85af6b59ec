/** A server of its own, on the loopback address. */
export interface PrivateServer {
  /** Stays the same across restarts. */
  readonly url: string
  /** False for what only speaks its protocol. */
  readonly real: boolean
  /** Resolves when the server takes connections. */
  start(): Promise<void>
  /** SIGKILL: a log on disk stays for the next start. */
  kill(): Promise<void>
  /** Kills it and removes a container: call it when done. It happens by itself when this process ends, however it ends. */
  dispose(): Promise<void>
}
