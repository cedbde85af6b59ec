import { epochOf } from '../../application/epochs.ts'
import type { ImportRecord } from '../../application/ports/audit-index.ts'
import type { RecordedEvent } from '../../application/ports/event-store.ts'
import type { LogIdentity } from '../../application/ports/log-identity.ts'
import type { Explanation } from '../../application/questions/explain.ts'
import type { HistoryEntry } from '../../application/questions/history.ts'
import type { DomainEvent, EventContext } from '../../domain/events/current.ts'
import { outcomeOf } from '../../domain/events/outcome-of.ts'
import { outcomeCode } from '../../domain/outcome.ts'

/** A line of `events`. The epoch is the one in which the event was written. */
export const eventLine = (log: Pick<LogIdentity, 'forks'>) => (recorded: RecordedEvent) => ({
  epoch: epochOf(log, recorded.position),
  ...recordedLine(recorded),
})

const recordedLine = ({ position, stream, revision, eventId, event }: RecordedEvent) =>
  event.type === 'Unreadable'
    ? {
        position,
        stream,
        revision,
        event_id: eventId,
        type: event.storedType,
        time: null,
        public: null,
        personal: null,
        message: null,
        problem: event.problem,
      }
    : {
        position,
        stream,
        revision,
        event_id: eventId,
        type: event.type,
        time: event.public.time,
        public: event.public,
        personal: event.personal,
        message: event.message,
      }

/** A line of `history`: the message, who sent it, how it was matched, what changed. */
export const historyLine = ({ recorded, original }: HistoryEntry) => {
  const { event, position, stream, revision } = recorded
  if (event.type === 'Unreadable') return recordedLine(recorded)
  const { public: known, personal, message } = event
  return {
    time: known.time,
    type: event.type,
    verdict: known.verdict,
    import_id: known.import_id,
    account_id: known.account_id,
    db_id: known.db_id,
    feedback_id: personal.feedback_id,
    ...senderOf(event),
    ...(known.replay_of === undefined ? {} : { replay_of: known.replay_of }),
    ...(original === undefined ? {} : { original: originalOf(original) }),
    ...(personal.fixes === undefined ? {} : { fixes: personal.fixes }),
    skip_triggers: known.skip_triggers,
    ...whatHappened(event),
    matching: known.mode,
    ...(personal.keys === undefined ? {} : { match: { keys: personal.keys, candidates: known.candidates } }),
    source: known.source,
    message: { ...message, bytes: personal.bytes, sha256: personal.sha256 },
    position,
    stream,
    revision,
  }
}

/** A line of `replay --dry-run`: a line of `history`, without what only an import has that was recorded. */
export const rehearsedLine = (event: DomainEvent & EventContext) => {
  const { public: known, personal } = event
  const { profile_id, ...happened } = { profile_id: undefined, ...whatHappened(event) }
  return {
    replay_of: known.replay_of,
    verdict: known.verdict,
    account_id: known.account_id,
    db_id: known.db_id,
    feedback_id: personal.feedback_id,
    ...(personal.fixes === undefined ? {} : { fixes: personal.fixes }),
    ...(known.verdict === 'created' ? {} : { profile_id }),
    ...happened,
    matching: known.mode,
    ...(personal.keys === undefined ? {} : { match: { keys: personal.keys, candidates: known.candidates } }),
  }
}

/** A line of `explain --json`: a line of `history` with the effects instead of the changes, the reply, and what followed. */
export const explanationLine = ({ effects, reply, repetitions, replays, ...entry }: Explanation) => ({
  ...historyLine(entry),
  ...(effects !== undefined && { changes: effects.fields, subscriptions: effects.subscriptions }),
  reply: reply ?? null,
  repetitions: repetitions.map(briefly),
  replays: replays.map(briefly),
})

const briefly = ({ importId, time, position, outcome }: ImportRecord) => ({
  import_id: importId,
  ...(time !== undefined && { time }),
  position,
  ...(outcome !== undefined && { verdict: outcome.verdict, code: outcomeCode(outcome) }),
})

const senderOf = ({ personal: { properties, headers } }: EventContext) => ({
  properties,
  ...(headers === undefined ? {} : { headers }),
})

const originalOf = (context: EventContext) => ({
  import_id: context.public.import_id,
  time: context.public.time,
  source: context.public.source,
  ...senderOf(context),
})

const whatHappened = (event: DomainEvent) => {
  switch (event.type) {
    case 'ProfileCreated':
    case 'ProfileUpdated': {
      const { changes, subscriptions, without_before } = event.personal
      const left_alone = event.type === 'ProfileUpdated' ? event.personal.left_alone : undefined
      return {
        profile_id: event.public.profile_id,
        changes,
        subscriptions,
        ...(without_before && { without_before }),
        ...(left_alone && { left_alone }),
      }
    }
    case 'ImportRejected':
      return {
        code: event.public.code,
        reasons: event.personal.reasons,
        ...(event.public.further_reasons !== undefined && { further_reasons: event.public.further_reasons }),
      }
    case 'ImportRepeated':
      return { repeats: event.public.first_import_id, first_outcome: outcomeOf(event) }
  }
}
