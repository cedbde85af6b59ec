/** What a message, and the profile that results from it, may not exceed. */
export interface Limits {
  /** Bytes of the message body. */
  readonly MAX_MESSAGE_BYTES: number
  /** Levels of nesting; the message itself is level 1. */
  readonly MAX_DEPTH: number
  /** Fields in `data`, and in a profile. */
  readonly MAX_FIELDS: number
  readonly MAX_SUBSCRIPTIONS: number
  /** Elements of any one list. */
  readonly MAX_LIST_ELEMENTS: number
  /** Elements of a list of contacts, which cost more to read than others: `phones`, in a message and in a profile. */
  readonly MAX_CONTACTS: number
  /** Bytes of a profile: its fields and subscriptions as JSON, and what it may be found by (`memberBytes`). */
  readonly MAX_PROFILE_BYTES: number
}

export const defaultLimits: Limits = {
  MAX_MESSAGE_BYTES: 131_072,
  MAX_DEPTH: 32,
  MAX_FIELDS: 1000,
  MAX_SUBSCRIPTIONS: 200,
  MAX_LIST_ELEMENTS: 10_000,
  MAX_CONTACTS: 1000,
  MAX_PROFILE_BYTES: 1_048_576,
}
