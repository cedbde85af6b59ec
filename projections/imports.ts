import type { ImportRecord } from '../application/ports/audit-index.ts'
import type { RecordedEvent } from '../application/ports/event-store.ts'
import { outcomeFromId } from '../domain/events/answer.ts'
import type { EventContext } from '../domain/events/current.ts'
import { outcomeOf } from '../domain/events/outcome-of.ts'
import { contextOf, importIdOfEvent, type UnreadableEvent } from '../domain/events/stored-event.ts'
import { importIdCodec } from '../domain/ids.ts'
import type { Writable } from '../domain/writable.ts'
import type { Projection } from './projection.ts'

/** The audit index: where the event of every import is, and what it can be looked up by. */
export const importsProjection: Projection<never, ImportRecord> = {
  name: 'imports',
  version: '3',
  idOf: ({ importId }) => importId,
  bytesOf: ({ feedbackId }) => 500 + feedbackId.length,
  idOfEvent: (recorded) => recordIdOf(recorded),
  mayShow: ({ importId, position }, recorded) =>
    importId === recorded.eventId || position === recorded.position,
  fold: (_, events) => events.map(importRecordOf),
}

/** The import's id. An event whose id is damaged has its place instead, so that it is counted and can be listed. */
const recordIdOf = ({ event, eventId, position }: RecordedEvent): ImportRecord['importId'] =>
  importIdOfEvent(event, eventId) ?? (`position ${position}` as ImportRecord['importId'])

export const importRecordOf = (recorded: RecordedEvent): ImportRecord => {
  const { event, position, stream, revision } = recorded
  const importId = recordIdOf(recorded)
  const { type } = event
  const context = contextOf(event)
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

const addUnreadable = (record: Writable<ImportRecord>, event: UnreadableEvent): void => {
  record.type = event.storedType
  record.unreadable = true
  const outcome = importIdCodec.is(record.importId) ? outcomeFromId(event, record.importId) : undefined
  if (outcome !== undefined) record.outcome = outcome
}
