import { replyCodes } from './codes.ts'
import type { ImportEvent, ImportRejected, ImportRepeated, ProfileCreated, ProfileUpdated } from './event.ts'
import { isNewer, type RecordedReason } from './reason.ts'

// Frozen: events that were accepted are never refused later.

/** What the parts of an event say that cannot be reconciled. */
export const contradictionWithin = (event: ImportEvent): string | undefined => {
  switch (event.type) {
    case 'ProfileCreated':
    case 'ProfileUpdated':
      return changesContradiction(event)
    case 'ImportRejected':
      return reasonsContradiction(event, true)
    case 'ImportRepeated':
      return reasonsContradiction(event, event.public.first_verdict === 'rejected')
  }
}

const changesContradiction = (event: ProfileCreated | ProfileUpdated): string | undefined => {
  const { changes, subscriptions } = event.personal
  const isUnchanged = changes.length + subscriptions.length === 0
  return event.type === 'ProfileUpdated' && (event.public.verdict === 'unchanged') !== isUnchanged
    ? 'verdict: does not match the changes'
    : undefined
}

const reasonsContradiction = (
  {
    public: { code, reason_tags, further_reasons: further = 1 },
    personal: { reasons },
  }: ImportRejected | ImportRepeated,
  isRefused: boolean,
): string | undefined => {
  const [first] = reasons
  if (isRefused !== (first !== undefined)) return 'reasons: do not match the verdict'
  if (reasons.length !== reason_tags.length || reasons.some(({ tag }, i) => tag !== reason_tags[i]))
    return 'reason_tags: do not match the reasons'
  if (!Number.isSafeInteger(further) || further < 1) return 'further_reasons: is not a positive integer'
  return isCodeOf(first, code) ? undefined : 'code: does not match the first reason'
}

const isCodeOf = (first: RecordedReason | undefined, code: number): boolean => {
  if (first === undefined) return code === 0
  return isNewer(first) ? Number.isInteger(code) && code >= 400 && code < 600 : code === replyCodes[first.tag]
}
