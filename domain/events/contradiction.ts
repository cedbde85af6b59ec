import { profileIdOf } from '../ids.ts'
import { isTooDeep, maxLevels } from '../nesting.ts'
import { databaseStream, rejectedImportsStream } from '../streams.ts'
import { contradictionWithin, type FieldChange, type ImportEvent } from './current.ts'
import type { RawEvent } from './stored-event.ts'

/** What an event says that its id, its stream, its other members, or what is ever written cannot be reconciled with. */
export const contradictionIn = (
  event: ImportEvent,
  { eventId, stream, data, metadata }: RawEvent,
): string | undefined => {
  if (event.public.import_id !== eventId) return 'import_id: not the id of the event'
  if (isTooDeep(data)) return 'data: too deep'
  if (isTooDeep(metadata)) return 'metadata: too deep'
  if (!isInItsStream(event, stream)) return 'not of the database of the stream'
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
    return 'profile_id: not from the id of the event'
  if (event.type !== 'ImportRepeated' || event.public.first_verdict !== 'created') return undefined
  return event.public.profile_id === profileIdOf(event.public.first_import_id)
    ? undefined
    : 'profile_id: not from the id of the first import'
}

const pathContradiction = (event: ImportEvent): string | undefined =>
  'changes' in event.personal && event.personal.changes.some(hasTooLongPath)
    ? 'changes.submatch: too long'
    : undefined

/** A path makes levels. */
const hasTooLongPath = (change: FieldChange): boolean =>
  change.action === 'upsert' && change.submatch.length > maxLevels
