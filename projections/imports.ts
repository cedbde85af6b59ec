import type { RecordedEvent } from '../application/ports/event-store.ts'
import type { ImportRecord } from '../application/ports/import-log.ts'
import { outcomeOf } from '../domain/events/import-event.ts'
import { isIdentified } from '../domain/events/metadata.ts'
import type { Writable } from '../domain/writable.ts'
import type { Projection } from './projection.ts'

/** The audit index: where the event of every import stands, and what it can be found by. */
export const importsProjection: Projection<never, ImportRecord> = {
  name: 'imports',
  version: '2',
  idOf: ({ importId }) => importId,
  bytesOf: ({ feedbackId }) => 500 + feedbackId.length,
  idOfEvent: ({ event }) => (event.type === 'Unreadable' ? undefined : event.metadata.import_id),
  fold: (_, events) => events.flatMap((recorded) => importRecordOf(recorded) ?? []),
}

export const importRecordOf = (recorded: RecordedEvent): ImportRecord | undefined => {
  const { event, position, stream, revision } = recorded
  if (event.type === 'Unreadable') return undefined
  const { metadata } = event
  const record: Writable<ImportRecord> = {
    importId: metadata.import_id,
    position,
    stream,
    revision,
    type: event.type,
    outcome: outcomeOf(event),
    source: metadata.source,
    identified: isIdentified(metadata),
    bodySha256: metadata.message.sha256,
    feedbackId: metadata.feedback_id,
    time: metadata.time,
  }
  if (event.type === 'ImportRepeated') record.repeats = event.data.first_import_id
  if (metadata.replay_of !== undefined) record.replayOf = metadata.replay_of
  return record
}
