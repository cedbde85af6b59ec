export interface Server {
  readonly url: string
  /** False for a server that only implements the protocol. */
  readonly real: boolean
  /** Ends the server if it is private. */
  dispose(): Promise<void>
}
