import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { ImportRecord } from '../application/ports/import-log.ts'
import type { EventContext } from '../domain/events/current.ts'
import { outcomeOf } from '../domain/events/outcome-of.ts'
import type { UnreadableEvent } from '../domain/events/stored-event.ts'
import { type ImportId, importIdCodec, profileIdOf } from '../domain/ids.ts'
import type { Writable } from '../domain/writable.ts'
import type { Projection } from './projection.ts'

/** The audit index: where the event of every import stands, and what it can be found by. */
export const importsProjection: Projection<never, ImportRecord> = {
  name: 'imports',
  version: '3',
  idOf: ({ importId }) => importId,
  bytesOf: ({ feedbackId }) => 500 + feedbackId.length,
  idOfEvent: (recorded) => importIdOf(recorded),
  mayShow: ({ importId }, { eventId }) => importId === eventId,
  fold: (_, events) => events.flatMap((recorded) => importRecordOf(recorded) ?? []),
}

/** The event of an import has its id: so it is known what is done also where the event cannot be read. */
const importIdOf = ({ event, eventId }: RecordedEvent): ImportId | undefined => {
  if (event.type !== 'Unreadable') return event.public.import_id
  return importIdCodec.is(eventId) ? eventId : undefined
}

export const importRecordOf = (recorded: RecordedEvent): ImportRecord | undefined => {
  const { event, position, stream, revision } = recorded
  const importId = importIdOf(recorded)
  if (importId === undefined) return undefined
  const { type } = event
  const context = event.type === 'Unreadable' ? event.context : event
  const record: Writable<ImportRecord> = {
    importId,
    position,
    stream,
    revision,
    type,
    identified: true,
    feedbackId: '',
  }
  if (context !== undefined) addContext(record, context)
  if (event.type === 'Unreadable') addUnreadable(record, event)
  else record.outcome = outcomeOf(event)
  if (event.type === 'ImportRepeated') record.repeats = event.public.first_import_id
  return record
}

const addContext = (
  record: Writable<ImportRecord>,
  { public: known, personal }: Pick<EventContext, 'public' | 'personal'>,
): void => {
  record.source = known.source
  record.identified = known.identified
  record.time = known.time
  record.bodySha256 = personal.sha256
  record.feedbackId = personal.feedback_id
  if (known.replay_of !== undefined) record.replayOf = known.replay_of
}

const addUnreadable = (record: Writable<ImportRecord>, { storedType }: UnreadableEvent): void => {
  record.type = storedType
  record.unreadable = true
  // The one outcome that the id tells.
  if (storedType === 'ProfileCreated')
    record.outcome = { verdict: 'created', profile_id: profileIdOf(record.importId) }
}
