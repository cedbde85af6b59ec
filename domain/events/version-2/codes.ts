import type { Reason } from './reason.ts'

// Frozen: events hold these codes. Codes of new reasons may be added; nothing else may change.

/** The code of the reply to a message that is refused with such a reason first. */
export const replyCodes = {
  NotUtf8: 400,
  NotJson: 400,
  NotAnObject: 400,
  MissingMember: 400,
  BadMember: 400,
  UnknownField: 400,
  UnfitAction: 400,
  UnmatchableField: 400,
  UnknownDatabase: 404,
  ProfileNotFound: 404,
  SeveralMatches: 409,
  MessageIdReused: 409,
  LimitExceeded: 413,
  OutcomeUnreadable: 500,
  Defect: 500,
} as const satisfies Record<Reason['tag'], number>
