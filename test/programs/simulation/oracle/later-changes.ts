import type { RecordedEvent } from '../../../../application/ports/event-store.ts'
import { comparePositions, type Position } from '../../../../application/ports/position.ts'
import { contextOf } from '../../../../domain/events/stored-event.ts'
import type { ImportId } from '../../../../domain/ids.ts'
import type { LaterChanges } from '../../../../domain/later-changes.ts'
import type { Profile } from '../../../../domain/profile.ts'
import { subscriptionIdentity } from '../../../../domain/subscriptions/identity.ts'
import type { EventLog } from '../log/event-log.ts'

/** What the events between the original of a replay and the replay itself have changed in a profile. */
export const laterChanges =
  (log: EventLog, replay: RecordedEvent, replayOf: ImportId) =>
  ({ profile_id }: Profile): LaterChanges | undefined => {
    const original = originalPosition(log, replay, replayOf)
    if (original === undefined) return undefined
    const [fields, subscriptions] = [new Map<string, ImportId>(), new Map<string, ImportId>()]
    for (const recorded of log.stream(replay.stream).slice(0, replay.revision)) {
      const { event, position } = recorded
      if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') continue
      if (event.public.profile_id !== profile_id || comparePositions(position, original) <= 0) continue
      // What it resubmits was sent before the original.
      const { replay_of } = event.public
      const sent = replay_of && originalPosition(log, recorded, replay_of)
      if (sent !== undefined && comparePositions(sent, original) < 0) continue
      for (const { field } of event.personal.changes) fields.set(field, event.public.import_id)
      for (const { subscription } of event.personal.subscriptions)
        subscriptions.set(subscriptionIdentity(subscription), event.public.import_id)
    }
    return { fields, subscriptions }
  }

const originalPosition = (log: EventLog, replay: RecordedEvent, replayOf: ImportId): Position | undefined => {
  let position: Position | undefined
  for (let of: ImportId | undefined = replayOf; of !== undefined; ) {
    const earlier: RecordedEvent | undefined = log.events.find(
      ({ eventId, position }) => eventId === of && comparePositions(position, replay.position) < 0,
    )
    position = earlier?.position ?? position
    of = earlier && contextOf(earlier.event)?.public.replay_of
  }
  return position
}
