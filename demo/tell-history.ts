import type { FieldChange, RecordedReason, SubscriptionChange } from '../domain/events/current.ts'
import { reasonText } from '../domain/reason.ts'

/** The members of a `history` line that are shown. */
export interface HistoryLine {
  readonly position: string
  readonly verdict: string
  readonly feedback_id: string
  readonly matching: string
  readonly match?: { readonly keys: ReadonlyArray<string>; readonly candidates: number }
  readonly message: { readonly body: string }
  readonly changes?: ReadonlyArray<FieldChange>
  readonly subscriptions?: ReadonlyArray<SubscriptionChange>
  readonly code?: number
  readonly reasons?: ReadonlyArray<RecordedReason>
}

/** Describes one message in sentences: its content, how it was matched, what changed. */
export const tell = (line: HistoryLine): Array<string> => [
  `${line.feedback_id} said: ${line.message.body}`,
  `   ${matched(line)}`,
  `   ${outcome(line)}`,
]

const matched = ({ matching, match }: HistoryLine): string => {
  if (match === undefined) return 'It was not matched with a profile:'
  const [known, keys] = [match.candidates > 0, match.keys.join(' or ')]
  return known
    ? `Matching by ${matching} found the profile with ${keys}:`
    : `Matching by ${matching}: no profile has ${keys}:`
}

const outcome = ({ verdict, changes = [], subscriptions = [], code, reasons = [] }: HistoryLine): string => {
  const told = [...changes.map(change), ...subscriptions.map(subscription)].join('; ')
  switch (verdict) {
    case 'created':
      return `the profile was created, with ${told}.`
    case 'updated':
      return `the profile was changed: ${told}.`
    case 'unchanged':
      return 'nothing changed; the message is recorded.'
    default:
      return `refused with ${code}: ${reasons.map(reasonText).join('; ')}.`
  }
}

const json = (value: unknown): string => JSON.stringify(value)

const change = (made: FieldChange): string => {
  switch (made.action) {
    case 'set':
      return `${made.field} = ${json(made.value)}`
    case 'unset':
      return `${made.field} removed`
    case 'incr':
      return `${made.field} + ${made.by} = ${made.value}`
    case 'add':
      return `${made.field} got ${made.items.map(json).join(', ')}`
    case 'delete':
      return `${made.field} lost ${made.items.map(json).join(', ')}`
    case 'upsert':
      return `${made.field}.${made.submatch.join('.')} = ${json(made.value)}`
  }
}

const subscription = (made: SubscriptionChange): string =>
  made.action === 'put'
    ? `the ${made.subscription.channel} subscription on resource ${made.subscription.resource_id} is ${json(made.subscription.status)}`
    : 'a subscription removed'
