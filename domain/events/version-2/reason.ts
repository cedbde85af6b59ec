import * as t from 'io-ts'

// Frozen: events of this shape stand in logs. Optional members may be added; nothing else may change.

/**
 * A reason why a message was refused. Carries names and limits, never a value from the message. A name that the message
 * chose is cut and printable.
 */
export const reason = t.union([
  t.type({ tag: t.literal('NotUtf8') }),
  t.type({ tag: t.literal('NotJson') }),
  t.type({ tag: t.literal('NotAnObject') }),
  t.type({ tag: t.literal('MissingMember'), member: t.string, because: t.string }),
  t.type({ tag: t.literal('BadMember'), member: t.string, expected: t.string }),
  t.type({ tag: t.literal('UnknownField'), field: t.string }),
  t.type({ tag: t.literal('UnfitAction'), field: t.string, action: t.string, type: t.string }),
  t.type({ tag: t.literal('UnmatchableField'), field: t.string }),
  t.type({ tag: t.literal('UnknownDatabase') }),
  t.type({ tag: t.literal('ProfileNotFound') }),
  t.type({ tag: t.literal('SeveralMatches'), candidates: t.number }),
  t.type({ tag: t.literal('MessageIdReused') }),
  /** `limit`: `fields`, `profile_bytes` and the like. */
  t.type({ tag: t.literal('LimitExceeded'), limit: t.string, maximum: t.number }),
  /** The import is done, but its outcome cannot be read any more. */
  t.type({ tag: t.literal('OutcomeUnreadable') }),
  t.type({ tag: t.literal('Defect') }),
])
export type Reason = Readonly<t.TypeOf<typeof reason>>
