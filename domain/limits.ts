/** What a message, and the profile that results from it, may not exceed. */
export interface Limits {
  /** Bytes of the message body. */
  readonly message_bytes: number
  /** Levels of nesting; the message itself is level 1. */
  readonly depth: number
  /** Fields in `data`, and in a profile. */
  readonly fields: number
  readonly subscriptions: number
  /** Elements of any one list. */
  readonly list_elements: number
  /** Elements of a list of contacts, which cost more to read than others: `phones`, in a message and in a profile. */
  readonly contacts: number
  /** Bytes of a profile: its fields and subscriptions as JSON, and what it may be found by (`memberBytes`). */
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
