import { outcomeOf } from '../../domain/events/outcome-of.ts'
import type { ProfileId } from '../../domain/ids.ts'
import type { ImportRecord } from '../ports/audit-index.ts'
import type { RecordedEvent } from '../ports/event-store.ts'
import type { Position } from '../ports/position.ts'
import type { ReadableEvent, StreamEvent } from '../ports/scratch.ts'

/**
 * Above all revisions of a real stream, so that what the real one goes on with meanwhile has other revisions than what
 * the rehearsal creates.
 */
export const firstRehearsed = 2 ** 40

/** After all positions of a real log, of whatever form. */
const firstPosition = 10n ** 30n

/** Besides its message, an event has some hundred bytes of ids, keys and the like. */
const bytesOfContext = 1000

/** The events of a rehearsal that change profiles, by profile and by place. */
export class RehearsedEvents {
  readonly #ofProfile = new Map<ProfileId, Array<ReadableEvent>>()
  readonly #byPlace = new Map<string, ReadableEvent>()
  #added = 0
  #bytes = 0

  /** About as many as they take. */
  get bytes(): number {
    return this.#bytes
  }

  /** The position of the last event. */
  position(): Position {
    return (firstPosition + BigInt(this.#added)).toString() as Position
  }

  add(each: StreamEvent): void {
    this.#added += 1
    const { event, stream, revision } = each
    if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') return
    const { profile_id, import_id } = event.public
    const rehearsed = { ...each, position: this.position(), eventId: import_id }
    const known = this.#ofProfile.get(profile_id)
    if (known === undefined) this.#ofProfile.set(profile_id, [rehearsed])
    else known.push(rehearsed)
    this.#byPlace.set(placeOf(stream, revision), rehearsed)
    this.#bytes += event.personal.bytes + bytesOfContext
  }

  /** The records of a profile's events, oldest first. */
  recordsOf(profileId: ProfileId): ReadonlyArray<ImportRecord> {
    return (this.#ofProfile.get(profileId) ?? []).map(({ event, eventId: _, ...place }) => ({
      ...place,
      importId: event.public.import_id,
      type: event.type,
      outcome: outcomeOf(event),
      ...(event.public.replay_of !== undefined && { replayOf: event.public.replay_of }),
      source: event.public.source,
      identified: event.public.identified,
      bodySha256: event.personal.sha256,
      feedbackId: event.personal.feedback_id,
      time: event.public.time,
    }))
  }

  /** As `EventStore.readStream`, of those that change profiles. */
  read(stream: string, from: number, limit: number): ReadonlyArray<RecordedEvent> {
    return Array.from({ length: limit }, (_, i) => this.#byPlace.get(placeOf(stream, from + i)) ?? []).flat()
  }
}

const placeOf = (stream: string, revision: number): string => `${revision}@${stream}`
