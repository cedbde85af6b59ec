import * as E from 'fp-ts/lib/Either.js'
import type { ImportProfile } from '../../domain/command.ts'
import { decide } from '../../domain/decide.ts'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import type { DomainEvent, Reason } from '../../domain/events/current.ts'
import { outcomeOf } from '../../domain/events/outcome-of.ts'
import { withoutBefore } from '../../domain/events/without-before.ts'
import { withContent } from '../../domain/evolve.ts'
import type { ImportId } from '../../domain/ids.ts'
import { keysAfter, keysBySource } from '../../domain/matching/keys-by-source.ts'
import type { ImportRules } from '../../domain/rules.ts'
import type { Attempt } from './attempt.ts'
import { type FoundMatch, findMatch } from './find-match.ts'
import type { Knowledge } from './look-up.ts'
import { type MatchRecord, type RecordedOutcome, sizeOf, withContext } from './record.ts'
import type { Redeliveries } from './redeliveries.ts'
import { type Decision, rejected, resolveImport } from './resolve-import.ts'
import type { Turns } from './turns.ts'
import type { KeyedProfile, WorkingSet } from './working-set.ts'
import { WrongAnswer } from './wrong-answer.ts'

export interface DecidedStream {
  readonly expectedRevision: number
  readonly outcomes: RecordedOutcome[]
}

export interface DecidedBatch {
  readonly streams: ReadonlyMap<string, DecidedStream>
  /** How many attempts were decided, from the first; the next one needs a newer read model. */
  readonly count: number
}

export interface Decider {
  readonly rules: ImportRules
  /** What the event store takes; undefined when that is anything. */
  readonly maxEventBytes: number | undefined
  readonly workingSet: WorkingSet
  readonly redeliveries: Redeliveries
  readonly onDefect: (error: unknown) => void
  readonly turns: Turns
}

/** Decides attempts one after another, in order, each seeing all before it: the working set grows with every decision. */
export const decideBatch = async (
  decider: Decider,
  attempts: ReadonlyArray<Attempt>,
  knowledge: Knowledge,
): Promise<DecidedBatch> => {
  const { workingSet, turns } = decider
  const streams = new Map<string, DecidedStream>()
  for (const [index, attempt] of attempts.entries()) {
    const turn = turns.next()
    if (turn !== undefined) await turn
    const { stream } = attempt
    const revision = presentRevision(stream, knowledge, workingSet)
    if (revision === undefined) return { streams, count: index }

    const resolution = resolveImport(decider, attempt, knowledge)
    if (resolution.tag === 'Done') {
      attempt.done = true
      continue
    }
    const recorded =
      resolution.tag === 'Import'
        ? importSafely(decider, attempt, stream, revision + 1, knowledge)
        : withinLimit(attempt, resolution, decider.maxEventBytes)
    if (recorded === undefined) return { streams, count: index }

    const { event, bytes, document } = recorded
    const importId = event.public.import_id
    attempt.triedAs = importId
    const decided = streams.get(stream) ?? { expectedRevision: revision, outcomes: [] }
    streams.set(stream, decided)
    decided.outcomes.push({ stream, revision: revision + 1, event, bytes })
    const { sha256: bodySha256 } = attempt.received.message
    workingSet.add(stream, revision + 1, { importId, bodySha256, outcome: outcomeOf(event) }, document)
  }
  return { streams, count: attempts.length }
}

interface Recorded extends Pick<RecordedOutcome, 'event' | 'bytes'> {
  readonly document: KeyedProfile | undefined
}

/**
 * The event as it will be stored. Where the event store would not take it: without what was there before, and a refusal
 * where that is too large still.
 */
const withinLimit = (
  attempt: Attempt,
  { event, importId, match, document }: Decision,
  maxEventBytes: number | undefined,
): Recorded => {
  const recorded = withContext(event, attempt, importId, match)
  if (maxEventBytes === undefined) return { event: recorded, bytes: undefined, document }
  for (const stored of [recorded, withoutBefore(recorded)]) {
    const bytes = sizeOf(stored)
    if (bytes <= maxEventBytes) return { event: stored, bytes, document }
  }
  const refusal = rejected(attempt, {
    tag: 'LimitExceeded',
    limit: 'event_bytes',
    maximum: maxEventBytes,
  })
  const refused = withContext(refusal, attempt, importId, undefined)
  return { event: refused, bytes: sizeOf(refused), document: undefined }
}

/**
 * The last revision of the stream that both read models, with the working set, show. Undefined when they differ: one
 * of them lags behind what another writer appended. A decision on it would see less than its expected revision says.
 */
const presentRevision = (
  stream: string,
  knowledge: Knowledge,
  workingSet: WorkingSet,
): number | undefined => {
  const index = knowledge.streamIndex.get(stream) ?? -1
  const [inProfiles, inImports] = [knowledge.directory.revisions[index], knowledge.log.revisions[index]]
  if (inProfiles === undefined || inImports === undefined)
    throw new WrongAnswer('a lookup', 'the revision of a stream is missing')
  const ours = workingSet.lastRevision(stream)
  const profiles = Math.max(inProfiles, ours)
  const imports = Math.max(inImports, ours)
  return profiles === imports ? profiles : undefined
}

/**
 * A message that makes our code throw is our defect: it is kept and answered with 500, and its neighbours go on. Undefined
 * when the match cannot be told from what was fetched.
 */
const importSafely = (
  decider: Decider,
  attempt: Attempt,
  stream: string,
  revision: number,
  knowledge: Knowledge,
): Recorded | undefined => {
  const { rules, maxEventBytes, workingSet, onDefect } = decider
  const { importId } = attempt
  const { command } = attempt.received
  let match: MatchRecord | undefined
  try {
    if (E.isLeft(command)) {
      return withinLimit(attempt, { event: rejected(attempt, command.left), importId }, maxEventBytes)
    }
    const { criterion } = command.right
    const found = findMatch(stream, criterion, knowledge.matches.get(attempt) ?? [], workingSet)
    if (found === undefined) return undefined
    match = { keys: found.keys, candidates: found.candidates }
    const held = found.profile && workingSet.held(stream, found.profile.created_revision)
    const decided = decideProfile(rules, command.right, importId, found, held, revision)
    const decision: Decision = E.isLeft(decided)
      ? { event: rejected(attempt, decided.left), importId, match }
      : { event: decided.right.event, importId, match, document: decided.right.document }
    return withinLimit(attempt, decision, maxEventBytes)
  } catch (error) {
    if (error instanceof WrongAnswer) throw error
    onDefect(error)
    const refusal = rejected(attempt, { tag: 'Defect' })
    return withinLimit(attempt, { event: refusal, importId, match }, maxEventBytes)
  }
}

/**
 * The event, and what the projection will make of it: what it cannot fold is not recorded. `held`: the profile found, where
 * its keys are known.
 */
const decideProfile = (
  rules: ImportRules,
  command: ImportProfile,
  importId: ImportId,
  match: FoundMatch,
  held: KeyedProfile | undefined,
  revision: number,
): E.Either<Reason, { event: DomainEvent; document: KeyedProfile }> => {
  const decided = decide(rules)(command, importId, match)
  if (E.isLeft(decided)) return decided
  const { event, content } = decided.right
  const profile = withContent(match.profile, event, revision, content)
  const definition = rules.definitionOf(command.database) ?? undeclared
  const keys =
    held === undefined
      ? keysBySource(profile, definition)
      : keysAfter(held, event.personal, profile, definition)
  return E.right({ event, document: { profile, keys } })
}
