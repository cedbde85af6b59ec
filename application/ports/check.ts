/** Something that the service needs. Trying it creates and changes nothing. */
export interface Check {
  readonly name: string
  /**
   * Resolves with a remark, if there is one. Rejects with an Error whose text says what is wrong and what to do, without
   * personal data and secrets.
   */
  run(): Promise<string | undefined>
}

/** The checks of a server, folder or file that the service needs. Opening it is the first check. */
export interface CheckGroup {
  readonly name: string
  /** Rejects like a check. */
  open(): Promise<OpenedCheckGroup>
}

export interface OpenedCheckGroup {
  readonly remark: string | undefined
  /** To be run one after the other. */
  readonly checks: ReadonlyArray<Check>
  close(): Promise<void>
}
