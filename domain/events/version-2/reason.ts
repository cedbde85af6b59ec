import * as t from 'io-ts'

// Frozen: logs contain such events. Optional members may be added; nothing else may change.

/**
 * Why a message was refused. Holds names and limits, never a value from the message. Names from the message are
 * truncated and safe to print.
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
  /** The import is done, but its outcome can no longer be read. */
  t.type({ tag: t.literal('OutcomeUnreadable') }),
  t.type({ tag: t.literal('Defect') }),
])
export type Reason = Readonly<t.TypeOf<typeof reason>>
