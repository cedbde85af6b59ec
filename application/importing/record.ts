import type { DomainEvent, ImportEvent } from '../../domain/events/import-event.ts'
import { type EventMetadata, schemaVersion } from '../../domain/events/metadata.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { Writable } from '../../domain/writable.ts'
import type { Attempt } from './attempt.ts'

/** An event as it will stand in its stream. */
export interface RecordedOutcome {
  readonly stream: string
  readonly revision: number
  readonly event: ImportEvent
  /** As JSON, in bytes; measured where the event store has limits. */
  readonly bytes: number | undefined
}

export interface MatchRecord {
  readonly keys: ReadonlyArray<string>
  readonly candidates: number
}

/**
 * As JSON, in bytes. Measured, because the message says little: escaped it may be six times as long, and a few words about
 * a subscription record the whole of it.
 */
export const sizeOf = (event: ImportEvent): number => Buffer.byteLength(JSON.stringify(event))

/** The event with the reason why it is there. */
export const withMetadata = (
  event: DomainEvent,
  attempt: Attempt,
  importId: ImportId,
  match: MatchRecord | undefined,
): ImportEvent => {
  const { delivery, received } = attempt
  const metadata: Writable<EventMetadata> = {
    schema_version: schemaVersion,
    import_id: importId,
    time: new Date(delivery.receivedAt).toISOString(),
    source: delivery.origin,
    properties: delivery.properties,
    message: received.message,
    feedback_id: received.feedbackId,
    matching: received.matching,
    skip_triggers: received.skipTriggers,
  }
  if (match !== undefined) metadata.match = { keys: [...match.keys], candidates: match.candidates }
  if (attempt.replayOf !== undefined) metadata.replay_of = attempt.replayOf
  return { ...event, metadata }
}
