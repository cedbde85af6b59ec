import type { RecordedEvent } from '../../../../application/ports/event-store.ts'
import type { Position } from '../../../../application/ports/position.ts'
import { sameJson } from '../../../../domain/canonical-json.ts'
import { type ImportEvent, outcomeOf } from '../../../../domain/events/import-event.ts'
import type { Profile } from '../../../../domain/profile.ts'
import type { EventLog } from '../log/event-log.ts'
import { anyField, type Version } from '../service/versions.ts'
import { identityOf, identityOfMessage, type Publications } from './publications.ts'
import { ReferenceProcessor } from './reference.ts'

export interface LogCheck {
  readonly log: EventLog
  readonly publications: Publications
  readonly queues: ReadonlyArray<string>
  /** By position: the version of the process that decided the event. */
  readonly decidedBy: ReadonlyMap<Position, Version>
}

/**
 * Every stream is what a one-at-a-time processor gives with the messages of each queue in its order, and every message has
 * its one outcome. Yields what is not so; returns the profiles as the reference has them.
 */
export function* checkLog(check: LogCheck): Generator<string, ReadonlyArray<Profile>> {
  const { log, publications, queues } = check
  const profiles: Profile[] = []
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
  { publications, decidedBy }: LogCheck,
  reference: ReferenceProcessor,
  { stream, revision, position }: RecordedEvent,
  { type, data, metadata }: ImportEvent,
): Generator<string, void> {
  const { source, message: kept, properties, import_id, match } = metadata
  const queue = source.kind === 'queue' ? source.queue : ''
  const message = publications.next(queue, stream)
  const identity = identityOf(queue, properties, kept.sha256)
  if (message === undefined || identityOfMessage(message) !== identity) {
    yield `${stream}@${revision} answers ${identity}, next in order is ${message && identityOfMessage(message)}`
    return
  }
  const isFirst = publications.isFirst(message)
  publications.advance(queue, stream)
  const { rules } = decidedBy.get(position) ?? anyField
  const expected = reference.import(message, rules, revision, { isFirst, freshId: import_id })
  const asStored = JSON.parse(
    JSON.stringify({ ...expected.event, id: expected.importId, match: expected.match }),
  )
  if (!sameJson(JSON.parse(JSON.stringify({ type, data, id: import_id, match })), asStored))
    yield `${stream}@${revision} is not what one at a time gives: ${type}, expected ${expected.event.type}`
}

function* checkRepetition(
  log: EventLog,
  { position }: RecordedEvent,
  { data, metadata }: Extract<ImportEvent, { type: 'ImportRepeated' }>,
): Generator<string, void> {
  const first = log.events.find(({ eventId }) => eventId === data.first_import_id)?.event
  if (first === undefined || first.type === 'Unreadable' || first.type === 'ImportRepeated')
    yield `the repetition at ${position} names no first import`
  else if (first.metadata.message.sha256 !== metadata.message.sha256)
    yield `the repetition at ${position} is of another message than it names`
  else if (!sameJson(outcomeOf(first), data.first_outcome))
    yield `the repetition at ${position} has another outcome than the first import`
}
