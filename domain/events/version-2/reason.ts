import * as t from 'io-ts'
import { guarded, json } from './primitives.ts'

// Frozen: logs contain such events. Reasons and optional members may be added; nothing else may change.

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

const tags: ReadonlySet<string> = new Set(reason.types.map(({ props }) => props.tag.value))
interface NewerTagBrand {
  readonly NewerTag: unique symbol
}
export const newerTag = guarded(
  'NewerTag',
  (u): u is string & NewerTagBrand => typeof u === 'string' && !tags.has(u),
)

/** One that only a newer program knows. Its event tells the code. */
export const newerReason = t.intersection([t.type({ tag: newerTag }), t.record(t.string, json)])

export const recordedReason = t.union([reason, newerReason])
/** As events hold them: new ones may be added without a new version. */
export type RecordedReason = Readonly<t.TypeOf<typeof recordedReason>>

export const isNewer = (recorded: RecordedReason): recorded is Exclude<RecordedReason, Reason> =>
  newerTag.is(recorded.tag)
