import type {
  DomainEvent,
  EventContext,
  ImportEvent,
  PersonalContext,
  PublicContext,
} from '../../domain/events/current.ts'
import { schemaVersion } from '../../domain/events/current.ts'
import type { ImportId } from '../../domain/ids.ts'
import { keyKinds } from '../../domain/matching/key-kinds.ts'
import type { Writable } from '../../domain/writable.ts'
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

/** The event together with its context. */
export const withContext = (
  event: DomainEvent,
  attempt: Attempt,
  importId: ImportId,
  match: MatchTrace | undefined,
): ImportEvent => {
  const context = contextFor(attempt, importId, match)
  return {
    type: event.type,
    public: { ...context.public, ...event.public },
    personal: { ...context.personal, ...event.personal },
    message: context.message,
  } as ImportEvent
}

const contextFor = (
  { delivery, received, salt, identified, replayOf }: Attempt,
  importId: ImportId,
  match: MatchTrace | undefined,
): EventContext => {
  const publicPart: Writable<PublicContext> = {
    schema_version: schemaVersion,
    import_id: importId,
    time: new Date(delivery.receivedAt).toISOString(),
    source: delivery.source,
    identified,
    mode: received.matching,
    skip_triggers: received.skipTriggers,
  }
  const personal: Writable<PersonalContext> = {
    salt,
    properties: delivery.properties,
    feedback_id: received.feedbackId,
    bytes: received.message.bytes,
    sha256: received.message.sha256,
    warnings: [],
  }
  if (delivery.headers !== undefined) personal.headers = delivery.headers
  if (match !== undefined) {
    publicPart.key_kinds = keyKinds(match.keys)
    publicPart.candidates = match.candidates
    personal.keys = [...match.keys]
  }
  if (replayOf !== undefined) publicPart.replay_of = replayOf
  return { public: publicPart, personal, message: received.message.kept }
}
