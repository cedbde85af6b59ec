import { hash } from 'node:crypto'
import type { RecordedEvent } from '../application/ports/event-store.ts'
import { beginning, comparePositions, type Position } from '../application/ports/position.ts'
import type { EventContext } from '../domain/events/current.ts'
import { contextOf, type UnreadableEvent } from '../domain/events/stored-event.ts'

/** The place of an unreadable event. */
export interface UnreadablePlace {
  readonly position: Position
  readonly stream: string
  readonly type: string
}

/** What is noticed about the log itself while it is read. Events that are read again are examined only once. */
export class Audit {
  readonly unreadable: Array<RecordedEvent> = []
  /** Event ids of imports whose message was kept whole but does not match its SHA-256. */
  readonly changedMessages: Array<string> = []
  #last: Position = beginning
  readonly #messages: boolean

  /** `messages`: whether to check them, which takes a hash of each. */
  constructor(messages = false) {
    this.#messages = messages
  }

  note(events: ReadonlyArray<RecordedEvent>): void {
    for (const recorded of events) {
      if (comparePositions(recorded.position, this.#last) <= 0) continue
      this.#last = recorded.position
      const { event, eventId } = recorded
      if (event.type === 'Unreadable') this.unreadable.push({ ...recorded, event: withoutMessage(event) })
      const context = contextOf(event)
      if (this.#messages && context !== undefined && isChanged(context)) this.changedMessages.push(eventId)
    }
  }
}

/** No longer needed, and possibly large. */
const withoutMessage = (event: UnreadableEvent): UnreadableEvent =>
  event.context === undefined
    ? event
    : { ...event, context: { ...event.context, message: { encoding: 'utf8', body: '' } } }

export const placeOf = ({ position, stream, event }: RecordedEvent): UnreadablePlace => ({
  position,
  stream,
  type: event.type === 'Unreadable' ? event.storedType : event.type,
})

const isChanged = ({
  message,
  personal: { bytes, sha256 },
}: Pick<EventContext, 'message' | 'personal'>): boolean => {
  if (message.truncated) return false
  const received = Buffer.from(message.body, message.encoding)
  return received.length !== bytes || hash('sha256', received, 'hex') !== sha256
}
