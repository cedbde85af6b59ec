import { escapeUnseen } from './escape-unseen.ts'
import { isNewer, type Reason, type RecordedReason, replyCodes } from './events/current.ts'
import { type LimitName, limitText } from './limits.ts'

export const exceeded = (limit: LimitName, maximum: number): Reason => ({
  tag: 'LimitExceeded',
  limit,
  maximum,
})

export const reasonTags = Object.keys(replyCodes) as ReadonlyArray<Reason['tag']>

/** The code of the answer to a message that is refused with this as its first reason. */
export const reasonCode = ({ tag }: Pick<Reason, 'tag'>): number => replyCodes[tag]

/** The member or field that a reason is about; '' if none. It may come from the message. */
export const memberOf = (reason: RecordedReason): string => {
  const name = 'member' in reason ? reason.member : 'field' in reason && reason.field
  return typeof name === 'string' ? name : ''
}

export const reasonText = (reason: RecordedReason): string => {
  if (isNewer(reason)) return 'refused for a reason that only a newer version of the importer knows'
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
