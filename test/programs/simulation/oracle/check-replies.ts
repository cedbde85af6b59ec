import type { RecordedEvent } from '../../../../application/ports/event-store.ts'
import type { Reply } from '../../../../application/ports/reply-sink.ts'
import { type ImportEvent, isNewer } from '../../../../domain/events/current.ts'
import { reasonCode } from '../../../../domain/reason.ts'
import type { Outside } from '../service/outside.ts'

/** Every event is answered, and every answer agrees with its event. */
export function* checkReplies({ log, broker }: Outside): Generator<string, void> {
  const answered = new Set<string>()
  const byPosition = new Map<string, RecordedEvent>(log.events.map((event) => [event.position, event]))
  for (const reply of broker.replies) {
    answered.add(reply.position)
    const event = byPosition.get(reply.position)?.event
    if (event === undefined || event.type === 'Unreadable') yield `a reply without event: ${reply.position}`
    else if (!agrees(reply, event)) yield `the reply at ${reply.position} disagrees with its event`
  }
  for (const { position } of log.events) {
    if (!answered.has(position)) yield `the event at ${position} was never answered`
  }
}

const agrees = ({ body, importId, verdict, properties }: Reply, event: ImportEvent): boolean => {
  const { public: known, personal } = event
  return (
    importId === known.import_id &&
    properties.message_id === personal.properties.message_id &&
    body.feedback_id === personal.feedback_id &&
    body.matching_field === known.mode &&
    verdict === verdictIn(event) &&
    body.error === errorIn(event) &&
    body.error === known.code &&
    (body.error_text === '') === (body.error === 0) &&
    body.profile_id === profileIn(event)
  )
}

const verdictIn = (event: ImportEvent): string => {
  switch (event.type) {
    case 'ProfileCreated':
      return 'created'
    case 'ProfileUpdated':
      return event.personal.changes.length + event.personal.subscriptions.length === 0
        ? 'unchanged'
        : 'updated'
    case 'ImportRejected':
      return 'rejected'
    case 'ImportRepeated':
      return 'duplicate'
  }
}

const errorIn = (event: ImportEvent): number => {
  if (event.type === 'ProfileCreated' || event.type === 'ProfileUpdated') return 0
  const [first] = event.personal.reasons
  return first === undefined || isNewer(first) ? 0 : reasonCode(first)
}

const profileIn = (event: ImportEvent): string => {
  switch (event.type) {
    case 'ImportRejected':
      return ''
    case 'ImportRepeated':
      return event.public.first_verdict === 'rejected' ? '' : event.public.profile_id
    default:
      return event.public.profile_id
  }
}
