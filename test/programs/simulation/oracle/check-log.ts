import type { RecordedEvent } from '../../../../application/ports/event-store.ts'
import type { ReplayClaim } from '../../../../application/ports/import-source.ts'
import type { Position } from '../../../../application/ports/position.ts'
import { receiveMessage } from '../../../../application/receive-message.ts'
import { sameJson } from '../../../../domain/canonical-json.ts'
import type { ImportEvent, MessageProperties } from '../../../../domain/events/current.ts'
import { outcomeOf } from '../../../../domain/events/outcome-of.ts'
import type { ImportId } from '../../../../domain/ids.ts'
import { importRepeated } from '../../../../domain/import-repeated.ts'
import { keyKinds } from '../../../../domain/matching/key-kinds.ts'
import type { Profile } from '../../../../domain/profile.ts'
import { wrongBefore } from '../../../support/before-law.ts'
import type { EventLog } from '../log/event-log.ts'
import { anyField, type Version } from '../service/versions.ts'
import { laterChanges } from './later-changes.ts'
import { identityOf, identityOfMessage, type Publications } from './publications.ts'
import { type ReferenceOutcome, ReferenceProcessor } from './reference.ts'

export interface LogCheck {
  readonly log: EventLog
  readonly publications: Publications
  readonly queues: ReadonlyArray<string>
  /** The version of the process that decided the event. */
  readonly decidedBy: (position: Position) => Version | undefined
}

/**
 * Every stream equals the result of a processor that handles the messages of each queue one at a time, in order, and
 * every message has exactly one outcome. Yields whatever differs; returns the profiles of the reference.
 */
export function* checkLog(check: LogCheck): Generator<string, ReadonlyArray<Profile>> {
  const { log, publications, queues } = check
  const profiles: Array<Profile> = []
  for (const stream of new Set([...publications.streams(), ...log.streamNames()])) {
    const reference = new ReferenceProcessor()
    for (const recorded of log.stream(stream)) {
      const { event } = recorded
      if (event.type === 'Unreadable') yield `the event at ${recorded.position} cannot be read`
      else if (event.type === 'ImportRepeated') yield* checkRepetition(log, recorded, event)
      else yield* checkOutcome(check, reference, recorded, event)
    }
    for (const queue of queues) {
      const missing = publications.next(queue, stream)
      if (missing !== undefined) yield `no outcome in ${stream} of ${identityOfMessage(missing)}`
    }
    profiles.push(...reference.profiles.values())
  }
  return profiles
}

function* checkOutcome(
  { log, publications, decidedBy }: LogCheck,
  reference: ReferenceProcessor,
  recorded: RecordedEvent,
  event: ImportEvent,
): Generator<string, void> {
  const { stream, revision, position } = recorded
  const { source, import_id } = event.public
  const queue = source.kind === 'queue' ? source.queue : ''
  const message = publications.next(queue, stream)
  const identity = identityOf(queue, event.personal.properties, event.personal.sha256)
  if (message === undefined || identityOfMessage(message) !== identity) {
    yield `${stream}@${revision} answers ${identity}, next in order is ${message && identityOfMessage(message)}`
    return
  }
  const isFirst = publications.isFirst(message)
  publications.advance(queue, stream)
  const { rules } = decidedBy(position) ?? anyField
  const { replay } = message
  const later = replay && !replay.overwrite ? laterChanges(log, recorded, replay.replayOf) : undefined
  const expected = reference.import(message, rules, revision, { isFirst, freshId: import_id, later })
  if (!sameJson(event, expectedEvent(event, expected.importId, message, expected)))
    yield `${stream}@${revision} is not what one at a time gives: ${event.type}, expected ${expected.event.type}`
  if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') return
  const wrong = wrongBefore(expected.before, event)
  if (wrong !== undefined) yield `${stream}@${revision} tells wrongly what was there before: ${wrong}`
}

/** All of an event, as it is stored, except time and salt. */
const expectedEvent = (
  { public: { time, source }, personal: { salt } }: ImportEvent,
  import_id: ImportId,
  { properties, replay }: { readonly properties: MessageProperties; readonly replay?: ReplayClaim },
  { event, received, match }: Pick<ReferenceOutcome, 'event' | 'received' | 'match'>,
): unknown =>
  JSON.parse(
    JSON.stringify({
      type: event.type,
      public: {
        ...{ schema_version: 2, import_id, time, source, identified: properties.message_id !== undefined },
        ...{ mode: received.matching, skip_triggers: received.skipTriggers },
        ...(match && { key_kinds: keyKinds(match.keys), candidates: match.candidates }),
        ...(replay && { replay_of: replay.replayOf }),
        ...event.public,
      },
      personal: {
        ...{ salt, properties, feedback_id: received.feedbackId, warnings: [], keys: match?.keys },
        ...{ bytes: received.message.bytes, sha256: received.message.sha256 },
        ...(replay?.fixes !== undefined && { fixes: JSON.parse(replay.fixes) }),
        ...event.personal,
      },
      message: received.message.kept,
    }),
  )

function* checkRepetition(
  log: EventLog,
  { position, eventId }: RecordedEvent,
  event: Extract<ImportEvent, { type: 'ImportRepeated' }>,
): Generator<string, void> {
  const { first_import_id } = event.public
  const first = log.events.find((recorded) => recorded.eventId === first_import_id)?.event
  if (first === undefined || first.type === 'Unreadable' || first.type === 'ImportRepeated') {
    yield `the repetition at ${position} names no first import`
    return
  }
  if (first.personal.sha256 !== event.personal.sha256)
    yield `the repetition at ${position} is of another message than it names`
  if (!sameJson(outcomeOf(first), outcomeOf(event)))
    yield `the repetition at ${position} has another outcome than the first import`
  // Whatever is known of a message before it is decided is the same in every version.
  const received = receiveMessage(anyField.rules)(Buffer.from(event.message.body, event.message.encoding))
  const repeated = importRepeated(first_import_id, outcomeOf(first), received.database)
  const about = { properties: first.personal.properties, ...replayIn(first) }
  if (!sameJson(event, expectedEvent(event, eventId as ImportId, about, { event: repeated, received })))
    yield `the repetition at ${position} is not what one at a time gives`
}

const replayIn = ({ public: { replay_of }, personal: { fixes } }: ImportEvent): { replay?: ReplayClaim } =>
  replay_of === undefined
    ? {}
    : { replay: { replayOf: replay_of, ...(fixes && { fixes: JSON.stringify(fixes) }) } }
