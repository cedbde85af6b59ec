export interface Server {
  readonly url: string
  /** False for what only speaks its protocol. */
  readonly real: boolean
  /** Ends it if it is a private one. */
  dispose(): Promise<void>
}
