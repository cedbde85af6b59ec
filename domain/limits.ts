/** The limits of a message and of the resulting profile. */
export interface Limits {
  /** Bytes of the message body. */
  readonly message_bytes: number
  /** Levels of nesting; the message itself is level 1. */
  readonly depth: number
  /** Fields in `data`, and in a profile. */
  readonly fields: number
  readonly subscriptions: number
  /** Elements of a single list. */
  readonly list_elements: number
  /**
   * Elements of a list of contacts (`phones`), in a message and in a profile. Contacts are more expensive to read than
   * other elements.
   */
  readonly contacts: number
  /** Bytes of a profile: its fields and subscriptions as JSON, plus what it can be found by (`memberBytes`). */
  readonly profile_bytes: number
}

export const defaultLimits: Limits = {
  message_bytes: 131_072,
  depth: 32,
  fields: 1000,
  subscriptions: 200,
  list_elements: 10_000,
  contacts: 1000,
  profile_bytes: 1_048_576,
}
