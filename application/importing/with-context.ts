import {
  type DomainEvent,
  type EventContext,
  type ImportEvent,
  schemaVersion,
} from '../../domain/events/current.ts'
import type { ImportId } from '../../domain/ids.ts'
import { keyKinds } from '../../domain/matching/key-kinds.ts'
import type { Attempt } from './attempt.ts'

/** An event as it will be recorded. */
export interface SizedEvent {
  readonly event: ImportEvent
  /** As JSON, in bytes; measured only if the event store has limits. */
  readonly bytes: number | undefined
}

export interface MatchTrace {
  readonly keys: ReadonlyArray<string>
  readonly candidates: number
}

/**
 * As JSON, in bytes. Measured, because it cannot be derived from the message: escaped text may be six times as long,
 * and a short message about a subscription records all of it.
 */
export const sizeOf = (event: ImportEvent): number => Buffer.byteLength(JSON.stringify(event))

/**
 * The event together with its context. In each part, what is spread comes last: an object that is begun with a spread
 * takes a microsecond for each member that is added to it.
 */
export const withContext = (
  event: DomainEvent,
  { delivery, received, salt, identified, replay }: Attempt,
  importId: ImportId,
  match: MatchTrace | undefined,
): ImportEvent => {
  const context: EventContext = {
    public: {
      schema_version: schemaVersion,
      import_id: importId,
      time: new Date(delivery.receivedAt).toISOString(),
      source: delivery.source,
      identified,
      mode: received.matching,
      skip_triggers: received.skipTriggers,
      ...(match && { key_kinds: keyKinds(match.keys), candidates: match.candidates }),
      ...(replay && { replay_of: replay.of }),
      ...event.public,
    },
    personal: {
      salt,
      properties: delivery.properties,
      feedback_id: received.feedbackId,
      bytes: received.message.bytes,
      sha256: received.message.sha256,
      warnings: [],
      ...(delivery.headers && { headers: delivery.headers }),
      ...(replay && replay.fixes.length > 0 && { fixes: [...replay.fixes] }),
      ...(match && { keys: [...match.keys] }),
      ...event.personal,
    },
    message: received.message.kept,
  }
  return { type: event.type, ...context } as ImportEvent
}
