import * as t from 'io-ts'
import { escapeUnseen } from './escape-unseen.ts'

/**
 * Why a message was refused. Carries names and limits, never a value from the message: values are personal data.
 * A name that the message chose is cut and printable (`printableName`).
 */
export const rejectionCodec = t.union([
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
  t.type({ tag: t.literal('LimitExceeded'), limit: t.string, maximum: t.number }),
  /** The import is done, but its outcome cannot be read any more. */
  t.type({ tag: t.literal('OutcomeUnreadable') }),
  t.type({ tag: t.literal('Defect') }),
])
export type Rejection = Readonly<t.TypeOf<typeof rejectionCodec>>

const replyCodes = {
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
} as const satisfies Record<Rejection['tag'], number>

export type RejectionCode = (typeof replyCodes)[Rejection['tag']]

export const rejectionCode = (rejection: Rejection): RejectionCode => replyCodes[rejection.tag]

export const rejectionText = (rejection: Rejection): string => {
  switch (rejection.tag) {
    case 'NotUtf8':
      return 'message: must be UTF-8'
    case 'NotJson':
      return 'message: must be JSON'
    case 'NotAnObject':
      return 'message: must be a JSON object'
    case 'MissingMember':
      return `${rejection.member}: is missing (${rejection.because})`
    case 'BadMember':
      return `${rejection.member}: must be ${rejection.expected}`
    case 'UnknownField':
      return `data.${rejection.field}: is not a field of this database`
    case 'UnfitAction':
      return `data.${rejection.field}: the action ${rejection.action} does not fit a field of type ${rejection.type}`
    case 'UnmatchableField':
      return `field_name: the field ${rejection.field} is not one to match by`
    case 'UnknownDatabase':
      return 'no such database'
    case 'ProfileNotFound':
      return 'no profile matches'
    case 'SeveralMatches':
      return `${rejection.candidates} profiles match`
    case 'MessageIdReused':
      return 'message_id: was used before with another body'
    case 'LimitExceeded':
      return `message: exceeds ${rejection.limit} = ${rejection.maximum}`
    case 'OutcomeUnreadable':
      return 'message: was imported, and its outcome cannot be read any more'
    case 'Defect':
      return 'internal error; the message is kept for replay'
  }
}

/**
 * A name from a message, safe to show: JSON-escaped without quotes, and so are controls and characters that are not
 * seen; 64 characters at most before that.
 */
export const printableName = (name: string): string =>
  escapeUnseen(JSON.stringify(name.slice(0, 64)).slice(1, -1))
