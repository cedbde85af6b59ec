import { noContent } from '../../domain/content-after.ts'
import { type Effects, effectsOf } from '../../domain/effects.ts'
import type { EventContext, ProfileCreated, ProfileUpdated } from '../../domain/events/current.ts'
import { evolve } from '../../domain/evolve.ts'
import type { ProfileId } from '../../domain/ids.ts'
import type { Profile } from '../../domain/profile.ts'
import type { AuditIndex } from '../ports/audit-index.ts'
import type { EventStore, RecordedEvent } from '../ports/event-store.ts'
import type { Position } from '../ports/position.ts'
import { recordedEvents } from '../recorded-events.ts'

/** An event of a profile, and the state before and after it. */
export interface LifeStep {
  readonly event: (ProfileCreated | ProfileUpdated) & EventContext
  readonly position: Position
  /** In the stream of the profile's database. */
  readonly revision: number
  readonly before: Profile | undefined
  readonly after: Profile
}

/**
 * Follows the life of a profile: given its events one after another, tells the step that each is; undefined if it is
 * none. As in the read model, an event that cannot be read changes nothing, and without its creation a profile does not
 * exist.
 */
export const lifeFollower = (): ((recorded: RecordedEvent) => LifeStep | undefined) => {
  let profile: Profile | undefined
  return ({ event, position, revision }) => {
    if (event.type !== 'ProfileCreated' && event.type !== 'ProfileUpdated') return undefined
    if (event.type === 'ProfileUpdated' && profile === undefined) return undefined
    const before = profile
    profile = evolve(before, event, revision)
    return { event, position, revision, before, after: profile }
  }
}

/** The life of a profile, folded from its own events, oldest first. */
export async function* lifeOf(
  auditIndex: AuditIndex,
  eventStore: EventStore,
  profileId: ProfileId,
): AsyncGenerator<LifeStep> {
  const stepOf = lifeFollower()
  for await (const recorded of recordedEvents(eventStore, auditIndex.find({ by: 'profile', profileId }))) {
    const step = stepOf(recorded)
    if (step !== undefined) yield step
  }
}

export interface LastState {
  /** Whether the life has any step. */
  readonly existed: boolean
  readonly state: Profile | undefined
}

/** The state after the last step of a life for which `is` holds; undefined if there is none. */
export const lastState = async (
  life: AsyncIterable<LifeStep>,
  is: (step: LifeStep) => boolean,
): Promise<LastState> => {
  let [existed, state]: [boolean, Profile | undefined] = [false, undefined]
  for await (const step of life) {
    existed = true
    if (is(step)) state = step.after
  }
  return { existed, state }
}

export const effectsOfStep = ({ before, event }: LifeStep): Effects => effectsOf(before ?? noContent, event)
