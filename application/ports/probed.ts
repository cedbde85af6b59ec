/** Something that the service cannot work without: a store, or a connection to the broker. */
export interface Probed {
  /** As troubles and logs name it. */
  readonly name: string
  /** The same, unless there are several of that name. */
  readonly part: string
  /** A cheap read. Resolves with any answer; the signal aborts when nobody waits for it any more. */
  probe(signal: AbortSignal): Promise<unknown>
}
