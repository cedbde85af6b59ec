/** A private broker for a test: on the loopback address, with its data in a temporary folder. */
export interface PrivateBroker {
  /** Stays the same across restarts. */
  readonly url: string
  /** amqps://; only with the `tls` option. */
  readonly tlsUrl?: string
  /** Resolves when the broker accepts connections. */
  start(): Promise<void>
  /** In order: the data remains for the next start. */
  stop(): Promise<void>
  /** SIGKILL. Call `syncDeclarations` first, once the queues are declared. */
  kill(): Promise<void>
  /** SIGSTOP, or the like: it takes connections, but never answers. */
  suspend(): Promise<void>
  resume(): Promise<void>
  /** `stop`, then `start`. */
  restart(): Promise<void>
  /**
   * Writes all declarations to disk. RabbitMQ 3.10 answers a declaration before that: a queue that was declared just
   * before a SIGKILL may be gone afterwards, with all the messages that were confirmed for it.
   */
  syncDeclarations(): Promise<void>
  /** Runs rabbitmqctl on it; resolves with its output. */
  control(...argv: ReadonlyArray<string>): Promise<string>
  /** Kills it and removes its data: call it when done. It also happens when this process ends, however it ends. */
  dispose(): Promise<void>
}

/**
 * The code that `rabbitmqctl eval` runs for it: mnesia holds the queues (newer servers may not have it), dets files the
 * registry of the quorum queues' logs, without which such a queue exists after a start but never answers.
 */
export const syncExpression = 'catch mnesia:sync_log(), [dets:sync(Table) || Table <- dets:all()].'

export interface PrivateBrokerOptions {
  /** PEM files. */
  readonly tls?: { readonly caFile: string; readonly certFile: string; readonly keyFile: string }
}
