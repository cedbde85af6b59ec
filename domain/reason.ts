import { escapeUnseen } from './escape-unseen.ts'
import type { Reason } from './events/current.ts'
import { type LimitName, limitText } from './limits.ts'

/** Events store these codes: an event whose code does not match its reason counts as damaged. */
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
} as const satisfies Record<Reason['tag'], number>

export const exceeded = (limit: LimitName, maximum: number): Reason => ({
  tag: 'LimitExceeded',
  limit,
  maximum,
})

/** The code of the answer to a message that is refused with this as its first reason. */
export const reasonCode = (reason: Reason): number => replyCodes[reason.tag]

/** The member or field that a reason is about; '' if none. It may come from the message. */
export const memberOf = (reason: Reason): string => {
  if ('member' in reason) return reason.member
  return 'field' in reason ? reason.field : ''
}

export const reasonText = (reason: Reason): string => {
  switch (reason.tag) {
    case 'NotUtf8':
      return 'message: must be UTF-8'
    case 'NotJson':
      return 'message: must be JSON'
    case 'NotAnObject':
      return 'message: must be a JSON object'
    case 'MissingMember':
      return `${reason.member}: is required${purpose(reason.because)}`
    case 'BadMember':
      return `${reason.member}: must be ${reason.expected}`
    case 'UnknownField':
      return `data.${reason.field}: is not a field of this database`
    case 'UnfitAction':
      return `data.${reason.field}: the action ${reason.action} does not fit a field of type ${reason.type}`
    case 'UnmatchableField':
      return `field_name: the field ${reason.field} is not declared for matching`
    case 'UnknownDatabase':
      return 'no such database'
    case 'ProfileNotFound':
      return 'no profile matches'
    case 'SeveralMatches':
      return `${reason.candidates} profiles match`
    case 'MessageIdReused':
      return 'message_id: was already used with another body'
    case 'LimitExceeded':
      return limitText(reason.limit, reason.maximum)
    case 'OutcomeUnreadable':
      return 'message: was imported, but its outcome can no longer be read'
    case 'Defect':
      return 'internal error; the message is kept for replay'
  }
}

/** Events store `because`, so its own wording never changes. */
const purpose = (because: string): string => {
  if (because === 'it is required') return ''
  const mode = /^matching is (.+)$/.exec(because)?.[1]
  return mode === undefined ? ` (${because})` : ` for matching ${mode}`
}

/**
 * A name from a message, safe to show: cut to 64 characters, then JSON-escaped without quotes, including control and
 * invisible characters.
 */
export const printableName = (name: string): string =>
  escapeUnseen(JSON.stringify(name.slice(0, 64)).slice(1, -1))
