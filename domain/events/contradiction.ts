import { profileIdOf } from '../ids.ts'
import { isTooDeep, maxLevels } from '../nesting.ts'
import { reasonCode } from '../reason.ts'
import { databaseStream, rejectedImportsStream } from '../streams.ts'
import type {
  FieldChange,
  ImportEvent,
  ImportRejected,
  ImportRepeated,
  ProfileCreated,
  ProfileUpdated,
} from './current.ts'
import type { RawEvent } from './stored-event.ts'

/** What in an event contradicts its id, its stream or its other members, or is never written. */
export const contradictionIn = (
  event: ImportEvent,
  { eventId, stream, data, metadata }: RawEvent,
): string | undefined => {
  if (event.public.import_id !== eventId) return 'import_id: does not match the event id'
  if (isTooDeep(data)) return 'data: is nested too deeply'
  if (isTooDeep(metadata)) return 'metadata: is nested too deeply'
  if (!isInItsStream(event, stream)) return 'account_id, db_id: do not match the stream'
  switch (event.type) {
    case 'ProfileCreated':
      if (event.public.profile_id !== profileIdOf(event.public.import_id))
        return 'profile_id: does not match the event id'
      return changesContradiction(event)
    case 'ProfileUpdated':
      return changesContradiction(event)
    case 'ImportRejected':
      return reasonsContradiction(event, true)
    case 'ImportRepeated': {
      const { first_verdict, first_import_id } = event.public
      if (first_verdict === 'created' && event.public.profile_id !== profileIdOf(first_import_id))
        return 'profile_id: does not match the first import'
      return reasonsContradiction(event, first_verdict === 'rejected')
    }
  }
}

/** Before version 2 not every event named its database. */
const isInItsStream = ({ public: { account_id, db_id, recorded_version } }: ImportEvent, stream: string) => {
  if (account_id === undefined && db_id === undefined)
    return stream === rejectedImportsStream || recorded_version !== undefined
  return account_id !== undefined && db_id !== undefined && stream === databaseStream({ account_id, db_id })
}

const changesContradiction = (event: ProfileCreated | ProfileUpdated): string | undefined => {
  const { changes, subscriptions } = event.personal
  const isUnchanged = changes.length + subscriptions.length === 0
  if (event.type === 'ProfileUpdated' && (event.public.verdict === 'unchanged') !== isUnchanged)
    return 'verdict: does not match the changes'
  return changes.some(hasTooLongPath) ? 'changes.submatch: is too long' : undefined
}

/** Applying it would make a profile that is nested too deeply. */
const hasTooLongPath = (change: FieldChange): boolean =>
  change.action === 'upsert' && change.submatch.length > maxLevels

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
  return code === (first === undefined ? 0 : reasonCode(first))
    ? undefined
    : 'code: does not match the first reason'
}
