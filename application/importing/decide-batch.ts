import { outcomeOf } from '../../domain/events/outcome-of.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { Turns } from '../turns.ts'
import type { Attempt } from './attempt.ts'
import { type DecidingRules, decideImport, withinLimit } from './decide-import.ts'
import type { Knowledge, LookedUp } from './look-up.ts'
import { resolveImport } from './resolve-import.ts'
import type { SizedEvent } from './with-context.ts'
import type { WorkingSet } from './working-set.ts'

export interface DecidedStream {
  readonly expectedRevision: number
  readonly events: Array<SizedEvent>
}

export interface DecidedBatch {
  /** The outcomes to append. */
  readonly streams: ReadonlyMap<string, DecidedStream>
  /** The attempts of these events. */
  readonly tried: ReadonlyArray<Attempt>
  /** The outcomes that have absorbed redeliveries. */
  readonly absorbedBy: ReadonlyArray<ImportId>
  /** Attempts that could not be decided: they need a newer read model, or room for their profiles. */
  readonly deferred: ReadonlyArray<Attempt>
}

/**
 * Decides attempts one after another, in order. Each decision enters `workingSet` and is seen by the following ones.
 * @throws WrongAnswer
 */
export const decideBatch = async (
  rules: DecidingRules,
  { attempts, deferred: notLookedUp, records, absorbers }: Knowledge,
  workingSet: WorkingSet,
  turns: Turns,
): Promise<DecidedBatch> => {
  const streams = new Map<string, DecidedStream>()
  const tried: Array<Attempt> = []
  const absorbedBy: Array<ImportId> = []
  const readLater = rules.readingLater()
  const upTo = (index: number): DecidedBatch => {
    const deferred = [...attempts.slice(index).map(({ attempt }) => attempt), ...notLookedUp]
    return { streams, tried, absorbedBy, deferred }
  }
  for (const [index, lookedUp] of attempts.entries()) {
    const turn = turns.next()
    if (turn !== undefined) await turn
    const { attempt } = lookedUp
    const { stream } = attempt
    const present = presentRevision(lookedUp, workingSet)
    if (present === undefined) return upTo(index)

    const resolution = resolveImport(attempt, records, workingSet, absorbers)
    if (resolution.tag === 'Done') {
      if (resolution.absorbedBy !== undefined) absorbedBy.push(resolution.absorbedBy)
      continue
    }
    const revision = present + 1
    const isSparing = resolution.tag === 'Import' && attempt.replay?.overwrite === false
    const appended = streams.get(stream) ?? { expectedRevision: present, events: [] }
    const later = isSparing ? await readLater(lookedUp, workingSet, appended) : undefined
    if (later === 'unknown') return upTo(index)
    const decided =
      resolution.tag === 'Import'
        ? decideImport(rules, lookedUp, revision, workingSet, later)
        : withinLimit(attempt, resolution, rules.maxEventBytes)
    if (decided === undefined) return upTo(index)

    const { event, bytes, document } = decided
    const importId = event.public.import_id
    tried.push({ ...attempt, triedAs: importId })
    streams.set(stream, appended)
    appended.events.push({ event, bytes })
    const { sha256: bodySha256 } = attempt.received.message
    workingSet.add(stream, revision, { importId, bodySha256, outcome: outcomeOf(event) }, document)
  }
  return upTo(attempts.length)
}

/**
 * The last revision of the stream that both read models show, including the working set. Undefined if they differ: one
 * of them lags behind what another writer appended, and a decision on it would see less than its expected revision
 * claims.
 */
const presentRevision = ({ attempt, revisions }: LookedUp, workingSet: WorkingSet): number | undefined => {
  const ours = workingSet.lastRevision(attempt.stream)
  const profiles = Math.max(revisions.profiles, ours)
  const imports = Math.max(revisions.imports, ours)
  return profiles === imports ? profiles : undefined
}
