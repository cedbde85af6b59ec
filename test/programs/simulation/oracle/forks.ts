import { epochOf, standingOf } from '../../../../application/epochs.ts'
import type { RecordedEvent } from '../../../../application/ports/event-store.ts'
import type { Position } from '../../../../application/ports/position.ts'
import type { QueueEntry } from '../broker/queue-entry.ts'
import type { Outside } from '../service/outside.ts'
import type { Version } from '../service/versions.ts'
import { identityOfEvent, identityOfMessage } from './publications.ts'

/** An event that was recorded, whether or not the log still holds it. */
interface Recorded {
  readonly epoch: number
  readonly recorded: RecordedEvent
  /** That of the process that decided it. */
  readonly version: Version | undefined
}

/** What was recorded in all epochs of the log, and which messages were lost at its forks. */
export class Forks {
  readonly #outside: Outside
  readonly #recorded = new Map<string, Recorded>()
  #lost = new Set<number>()
  #reused = new Set<string>()

  constructor(outside: Outside) {
    this.#outside = outside
  }

  /** An event was appended. */
  note(recorded: RecordedEvent, version: Version | undefined): void {
    const { log, world } = this.#outside
    const { epoch } = log.identity
    const place = placeOf(epoch, recorded.position)
    if (this.#recorded.has(place)) world.violate(`${place} names two events`)
    this.#recorded.set(place, { epoch, recorded, version })
  }

  /** The version of the process that decided the event at a position of the log. */
  decidedBy(position: Position): Version | undefined {
    return this.#recorded.get(placeOf(epochOf(this.#outside.log.identity, position), position))?.version
  }

  /** A message is lost if it has left its queue and the log does not hold its outcome. */
  restored(): void {
    const { broker, log } = this.#outside
    const held = new Set(log.events.flatMap(({ event }) => identityOfEvent(event) ?? []))
    const waiting = broker.unacknowledged()
    const isLost = (entry: QueueEntry) => !waiting.has(entry) && !held.has(identityOfMessage(entry.message))
    this.#lost = new Set(broker.published.filter(isLost).map(({ place }) => place))
    const reusing = log.events.filter(
      ({ event }) => event.type === 'ImportRejected' && event.public.reason_tags.includes('MessageIdReused'),
    )
    this.#reused = new Set(reusing.flatMap(({ event }) => identityOfEvent(event) ?? []))
  }

  isLost(place: number): boolean {
    return this.#lost.has(place)
  }

  /** Refused before the last fork because of an id that another message had used: that one may be lost since. */
  get reused(): ReadonlySet<string> {
    return this.#reused
  }

  /** Whoever has handled an event may go on after it exactly if the log still holds it. */
  *check(): Generator<string, void> {
    const { identity, events } = this.#outside.log
    const held = new Set(events)
    for (const { epoch, recorded } of this.#recorded.values()) {
      const { log_id } = identity
      const isHeld = standingOf(identity, { log_id, epoch }, recorded.position).tag === 'Held'
      if (isHeld !== held.has(recorded))
        yield `${placeOf(epoch, recorded.position)} is ${isHeld ? 'accepted' : 'refused'} wrongly`
    }
  }
}

const placeOf = (epoch: number, position: Position): string => `${epoch}:${position}`
