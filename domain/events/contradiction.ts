import { profileIdOf } from '../ids.ts'
import { isTooDeep, maxLevels } from '../nesting.ts'
import { profileCheckOf } from '../profile-check.ts'
import { databaseStream, rejectedImportsStream } from '../streams.ts'
import {
  contradictionWithin,
  type FieldChange,
  type ImportEvent,
  type ProfileUpdated,
  type PublicContext,
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
  return idContradiction(event) ?? contradictionWithin(event) ?? pathContradiction(event)
}

/** Before version 2 not every event named its database. */
const isInItsStream = ({ public: { account_id, db_id, recorded_version } }: ImportEvent, stream: string) => {
  if (account_id === undefined && db_id === undefined)
    return stream === rejectedImportsStream || recorded_version !== undefined
  return account_id !== undefined && db_id !== undefined && stream === databaseStream({ account_id, db_id })
}

const idContradiction = (event: ImportEvent): string | undefined => {
  if (event.type === 'ProfileCreated' && event.public.profile_id !== profileIdOf(event.public.import_id))
    return 'profile_id: does not match the event id'
  if (event.type === 'ProfileUpdated') return checkContradiction(event.public)
  if (event.type !== 'ImportRepeated' || event.public.first_verdict !== 'created') return undefined
  return event.public.profile_id === profileIdOf(event.public.first_import_id)
    ? undefined
    : 'profile_id: does not match the first import'
}

const checkContradiction = ({
  import_id,
  profile_id,
  profile_check,
}: ProfileUpdated['public'] & PublicContext) =>
  profile_check === undefined || profile_check === profileCheckOf(import_id, profile_id)
    ? undefined
    : 'profile_id: does not match its check'

const pathContradiction = (event: ImportEvent): string | undefined =>
  'changes' in event.personal && event.personal.changes.some(hasTooLongPath)
    ? 'changes.submatch: is too long'
    : undefined

/** Applying it would make a profile that is nested too deeply. */
const hasTooLongPath = (change: FieldChange): boolean =>
  change.action === 'upsert' && change.submatch.length > maxLevels
