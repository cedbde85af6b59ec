import * as E from 'fp-ts/lib/Either.js'
import type { ImportId, ProfileId } from '../../domain/ids.ts'
import { type LaterChanges, laterChangesOf, type Touched, touchedBy } from '../../domain/later-changes.ts'
import type { AuditIndex, ImportRecord } from '../ports/audit-index.ts'
import type { EventStore, RecordedEvent } from '../ports/event-store.ts'
import { comparePositions, type Position } from '../ports/position.ts'
import { recordedEvents } from '../recorded-events.ts'
import { findMatch } from './find-match.ts'
import type { LookedUp } from './look-up.ts'
import { type Original, originalPosition } from './original-position.ts'
import type { Retrying } from './retrying.ts'
import type { SessionPorts } from './session-ports.ts'
import type { SizedEvent } from './with-context.ts'
import type { WorkingSet } from './working-set.ts'

/**
 * What imports after the original of a replay have changed in the profile that it finds. Undefined if it finds none, or
 * the log does not hold the original; 'unknown' if the read models must catch up first.
 * @throws WrongAnswer
 */
export type ReadLater = (
  lookedUp: LookedUp,
  workingSet: WorkingSet,
  /** What was decided before in this batch, in the stream of the replay, and the revision before that. */
  decided: { readonly expectedRevision: number; readonly events: ReadonlyArray<SizedEvent> },
) => Promise<LaterChanges | 'unknown' | undefined>

/** Begins a batch. */
export type ReadingLater = () => ReadLater

interface Placed extends Touched {
  readonly position: Position
}

/**
 * Reads the events of the profile up to the revision on which the replay is decided: those that the audit index shows,
 * those that only the log has yet, and those that were decided in the same batch. What another process appends in
 * between makes the append conflict. Only replays cost these reads.
 */
export const readingLater =
  (
    { auditIndex, eventStore }: Pick<SessionPorts, 'auditIndex' | 'eventStore'>,
    retrying: Retrying,
  ): ReadingLater =>
  () => {
    /** Of each profile, what the audit index shows after a position: replays often concern the same profiles. */
    const shown = new Map<ProfileId, { readonly after: Position; readonly placed: ReadonlyArray<Placed> }>()
    /** Of each stream, what the audit index does not show. */
    const tails = new Map<string, ReadonlyArray<Placed>>()

    const shownOf = async (profileId: ProfileId, after: Position): Promise<ReadonlyArray<Placed>> => {
      const known = shown.get(profileId)
      if (known !== undefined && comparePositions(known.after, after) <= 0) return known.placed
      const placed = await retrying(() => readProfileAfter(auditIndex, eventStore, profileId, after))
      shown.set(profileId, { after, placed })
      return placed
    }

    const tailOf = async (stream: string, after: number, last: number): Promise<ReadonlyArray<Placed>> => {
      const tail =
        tails.get(stream) ?? (await retrying(() => readStreamBetween(eventStore, stream, after, last)))
      tails.set(stream, tail)
      return tail
    }

    const originals = new Map<ImportId, Original>()
    const originalOf = async (replayOf: ImportId, workingSet: WorkingSet): Promise<Original> => {
      const original =
        originals.get(replayOf) ?? (await retrying(() => originalPosition(auditIndex, replayOf, workingSet)))
      originals.set(replayOf, original)
      return original
    }

    /** Without the replays of messages that were sent before the original: these would have come before it, too. */
    const sentLater = async (
      touched: ReadonlyArray<Touched>,
      original: Position,
      workingSet: WorkingSet,
    ): Promise<ReadonlyArray<Touched> | 'unknown'> => {
      const later: Array<Touched> = []
      for (const each of touched) {
        const sent = each.replayOf === undefined ? undefined : await originalOf(each.replayOf, workingSet)
        if (sent === 'unknown') return sent
        if (sent?.position === undefined || comparePositions(sent.position, original) >= 0) later.push(each)
      }
      return later
    }

    return async ({ attempt, matches, revisions }, workingSet, { expectedRevision, events }) => {
      const { stream, received, replay } = attempt
      if (replay === undefined || E.isLeft(received.command)) return undefined
      const profile = findMatch(stream, received.command.right.criterion, matches, workingSet)?.profile
      if (profile === undefined) return undefined
      const original = await originalOf(replay.of, workingSet)
      if (original === 'unknown') return original
      const { position: after } = original
      if (after === undefined) return undefined
      const inIndex = await shownOf(profile.profile_id, after)
      const isShown = profile.revision <= revisions.imports
      const tail = isShown ? [] : await tailOf(stream, revisions.imports, expectedRevision)
      const recorded = [...inIndex, ...tail].filter(({ position }) => comparePositions(position, after) > 0)
      const decided = events.flatMap(({ event }) => touchedBy(event) ?? [])
      const touched = [...recorded, ...decided].filter(({ profileId }) => profileId === profile.profile_id)
      const later = await sentLater(touched, after, workingSet)
      return later === 'unknown' ? later : laterChangesOf(later)
    }
  }

/** What the audit index shows. */
const readProfileAfter = async (
  auditIndex: AuditIndex,
  eventStore: EventStore,
  profileId: ProfileId,
  after: Position,
): Promise<ReadonlyArray<Placed>> => {
  const records = laterThan(after, auditIndex.find({ by: 'profile', profileId }))
  const shown: Array<Placed> = []
  for await (const recorded of recordedEvents(eventStore, records)) shown.push(...placed(recorded))
  return shown
}

async function* laterThan(
  after: Position,
  records: AsyncIterable<ImportRecord>,
): AsyncGenerator<ImportRecord> {
  for await (const record of records) if (comparePositions(record.position, after) > 0) yield record
}

/** How many events of a stream are requested at a time. */
const atOnce = 500

const readStreamBetween = async (
  eventStore: EventStore,
  stream: string,
  after: number,
  last: number,
): Promise<ReadonlyArray<Placed>> => {
  const between: Array<Placed> = []
  for (let from = after + 1; from <= last; from += atOnce) {
    const events = await eventStore.readStream(stream, from, Math.min(atOnce, last + 1 - from))
    between.push(...events.flatMap(placed))
  }
  return between
}

/** Empty if the event changes no profile. */
const placed = ({ event, position }: RecordedEvent): ReadonlyArray<Placed> => {
  const touched = touchedBy(event)
  return touched === undefined ? [] : [{ ...touched, position }]
}
