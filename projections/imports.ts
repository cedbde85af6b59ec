import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { ImportRecord } from '../application/ports/import-log.ts'
import { outcomeFromId } from '../domain/events/answer.ts'
import { outcomeOf } from '../domain/events/import-event.ts'
import { type EventMetadata, isIdentified } from '../domain/events/metadata.ts'
import { importIdOfEvent, type UnreadableEvent } from '../domain/events/stored-event.ts'
import type { Writable } from '../domain/writable.ts'
import type { Projection } from './projection.ts'

/** The audit index: where the event of every import stands, and what it can be found by. */
export const importsProjection: Projection<never, ImportRecord> = {
  name: 'imports',
  version: '2',
  idOf: ({ importId }) => importId,
  bytesOf: ({ feedbackId }) => 500 + feedbackId.length,
  idOfEvent: ({ event, eventId }) => importIdOfEvent(event, eventId),
  mayShow: ({ importId }, { eventId }) => importId === eventId,
  fold: (_, events) => events.flatMap((recorded) => importRecordOf(recorded) ?? []),
}

export const importRecordOf = (recorded: RecordedEvent): ImportRecord | undefined => {
  const { event, eventId, position, stream, revision } = recorded
  const importId = importIdOfEvent(event, eventId)
  if (importId === undefined) return undefined
  const { type, metadata } = event
  const record: Writable<ImportRecord> = {
    importId,
    position,
    stream,
    revision,
    type,
    identified: true,
    feedbackId: '',
  }
  if (metadata !== undefined) addMessage(record, metadata)
  if (event.type === 'Unreadable') addUnreadable(record, event)
  else record.outcome = outcomeOf(event)
  if (event.type === 'ImportRepeated') record.repeats = event.data.first_import_id
  return record
}

const addMessage = (record: Writable<ImportRecord>, metadata: EventMetadata): void => {
  record.source = metadata.source
  record.identified = isIdentified(metadata)
  record.bodySha256 = metadata.message.sha256
  record.feedbackId = metadata.feedback_id
  record.time = metadata.time
  if (metadata.replay_of !== undefined) record.replayOf = metadata.replay_of
}

const addUnreadable = (record: Writable<ImportRecord>, event: UnreadableEvent): void => {
  record.type = event.storedType
  record.unreadable = true
  const outcome = outcomeFromId(event, record.importId)
  if (outcome !== undefined) record.outcome = outcome
}
