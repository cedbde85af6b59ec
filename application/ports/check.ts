/** Something that the service needs. Trying it creates and changes nothing. */
export interface Check {
  readonly name: string
  /**
   * Resolves with a remark, if there is one. Rejects with an Error whose text says what is wrong and what to do, without
   * personal data and secrets.
   */
  run(): Promise<string | undefined>
}

/** A server or a folder that the service needs. Opening it is the first check. */
export interface CheckedPlace {
  readonly name: string
  /** Rejects like a check. */
  open(): Promise<OpenedPlace>
}

export interface OpenedPlace {
  readonly remark: string | undefined
  /** To be run one after the other. */
  readonly checks: ReadonlyArray<Check>
  close(): Promise<void>
}
