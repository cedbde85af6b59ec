import type { ImportId } from '../../domain/ids.ts'
import type { ImportRules } from '../../domain/rules.ts'
import type { Chance } from '../ports/chance.ts'
import type { Clock } from '../ports/clock.ts'
import type { EventStore } from '../ports/event-store.ts'
import type { Ids } from '../ports/ids.ts'
import type { Delivery } from '../ports/import-source.ts'
import { beginning, type Position } from '../ports/position.ts'
import type { ReadableEvent, Scratch, StreamEvent } from '../ports/scratch.ts'
import { compareProfiles, type ProfileCounts } from './compare-profiles.ts'
import { type ProfileDifference, sameOutcome } from './differences.ts'
import { keptMessage } from './kept-message.ts'
import { rehearse } from './rehearse.ts'
import { scratchStage } from './stage.ts'
import { type Transition, Transitions } from './transitions.ts'
import { eventsOf, isReadable, takePast, type WhatIfScope } from './what-if-scope.ts'

export interface WhatIfPorts {
  /** The log as projections read it. */
  readonly log: EventStore
  readonly scratch: Scratch
  readonly clock: Clock
  readonly chance: Chance
  readonly ids: Ids
}

export type Difference =
  | { readonly tag: 'Outcome'; readonly recorded: ReadableEvent; readonly rehearsed: StreamEvent }
  | ({ readonly tag: 'Profile' } & ProfileDifference)

export interface WhatIfResult {
  /** Messages whose outcomes are compared. */
  readonly imports: number
  /** Messages that are left out. */
  readonly leftOut: Readonly<Record<'repetitions' | 'unreadable' | 'truncated', number>>
  /** Of the outcomes that differ. */
  readonly transitions: ReadonlyArray<Transition>
  readonly profiles: ProfileCounts
}

/**
 * Runs the kept messages of a log through other rules, over scratch profiles that begin with the recorded state, and
 * compares outcomes and profiles with the recorded ones. A message gets the id of its import, so profiles that it
 * creates have the recorded ids. `onDifference` is called with one difference after another: first outcomes, then
 * profiles. Memory does not grow with the log.
 * @throws StoreTrouble; CannotGoOn; the signal's reason if it aborts
 */
export const whatIf = async (
  ports: WhatIfPorts,
  rules: ImportRules,
  scope: WhatIfScope,
  onDifference: (difference: Difference) => Promise<void>,
  signal: AbortSignal,
): Promise<WhatIfResult> => {
  const { log, scratch } = ports
  const end = await log.end()
  const events = (after: Position) => eventsOf(log, after, end, scope, signal)
  const start =
    scope.since === undefined ? beginning : await takePast(events(beginning), scratch, scope.since)
  const { recorded, rehearsed } = await scratch.split()
  const transitions = new Transitions()
  const leftOut = { repetitions: 0, unreadable: 0, truncated: 0 }
  let imports = 0
  const awaited = new Map<ImportId, ReadableEvent>()

  async function* messages(): AsyncGenerator<ReadonlyArray<Delivery>> {
    for await (const batch of events(start)) {
      const readable = batch.filter(isReadable)
      leftOut.unreadable += batch.length - readable.length
      await recorded.take(readable)
      const deliveries: Array<Delivery> = []
      for (const each of readable) {
        const kept = keptMessage(each.event, rules.limits.message_bytes)
        if (kept.tag === 'Repetition') leftOut.repetitions += 1
        else if (kept.tag === 'Cut') leftOut.truncated += 1
        else imports += 1
        if (kept.tag !== 'Run') continue
        awaited.set(each.event.public.import_id, each)
        deliveries.push(kept.delivery)
      }
      yield deliveries
    }
  }

  const compare = async (rehearsed: StreamEvent) => {
    const id = rehearsed.event.public.import_id
    const recorded = awaited.get(id)
    awaited.delete(id)
    if (recorded === undefined || sameOutcome(recorded.event, rehearsed.event)) return
    transitions.add(recorded.event, rehearsed.event)
    await onDifference({ tag: 'Outcome', recorded, rehearsed })
  }

  await rehearse(
    { ...ports, stage: scratchStage(rehearsed) },
    { rules, profilesVersion: scratch.version },
    messages(),
    async (outcomes) => {
      for (const outcome of outcomes) await compare(outcome)
    },
    signal,
  )
  const profiles = await compareProfiles(
    recorded,
    rehearsed,
    (difference) => onDifference({ tag: 'Profile', ...difference }),
    signal,
  )
  return {
    imports,
    leftOut,
    transitions: transitions.all(),
    profiles,
  }
}
