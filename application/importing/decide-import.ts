import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ImportProfile } from '../../domain/command.ts'
import { decide } from '../../domain/decide.ts'
import { undeclared } from '../../domain/definitions/undeclared.ts'
import type { DomainEvent, ImportEvent } from '../../domain/events/current.ts'
import { withoutBefore } from '../../domain/events/without-before.ts'
import { withContent } from '../../domain/evolve.ts'
import type { ImportId } from '../../domain/ids.ts'
import type { LaterChanges } from '../../domain/later-changes.ts'
import { keysAfter, keysByOrigin } from '../../domain/matching/keys-by-origin.ts'
import { exceeded } from '../../domain/reason.ts'
import type { Checked, Reasons } from '../../domain/refuse.ts'
import type { ImportRules } from '../../domain/rules.ts'
import type { Attempt } from './attempt.ts'
import { type FoundMatch, findMatch } from './find-match.ts'
import type { KeyedProfile } from './held-stream.ts'
import type { LookedUp } from './look-up.ts'
import type { ReadingLater } from './read-later-changes.ts'
import { type Decision, refusalOf } from './resolve-import.ts'
import { type MatchTrace, type SizedEvent, sizeOf, withContext } from './with-context.ts'
import type { WorkingSet } from './working-set.ts'
import { WrongAnswer } from './wrong-answer.ts'

/** With the resulting profile. */
export interface DecidedEvent extends SizedEvent {
  readonly document: KeyedProfile | undefined
}

export interface DecidingRules {
  readonly rules: ImportRules
  /** The limits of the event store; undefined if it has none. */
  readonly maxEventBytes: number | undefined
  /** Called with errors that our code throws. */
  readonly onDefect: (error: unknown) => void
  readonly readingLater: ReadingLater
}

/**
 * The outcome of a new message as the event at `revision`. If a message makes our code throw, that is our defect: the
 * message is kept and answered with 500, and the others continue. `later`: what a replay leaves alone. Undefined if the
 * match cannot be determined from what was fetched.
 * @throws WrongAnswer
 */
export const decideImport = (
  { rules, maxEventBytes, onDefect }: DecidingRules,
  { attempt, matches }: LookedUp,
  revision: number,
  workingSet: WorkingSet,
  later: LaterChanges | undefined,
): DecidedEvent | undefined => {
  const { importId, stream, received } = attempt
  let match: MatchTrace | undefined
  const refused = (reasons: Reasons): Decision => ({ event: refusalOf(attempt, reasons), importId, match })
  try {
    if (E.isLeft(received.command)) return withinLimit(attempt, refused(received.command.left), maxEventBytes)
    const command = received.command.right
    const found = findMatch(stream, command.criterion, matches, workingSet)
    if (found === undefined) return undefined
    match = { keys: found.keys, candidates: found.candidates }
    const held = found.profile && workingSet.held(stream, found.profile.created_revision)
    const decision = pipe(
      decideProfile(rules, command, importId, found, held, revision, later),
      E.match(refused, (decided): Decision => ({ importId, match, ...decided })),
    )
    return withinLimit(attempt, decision, maxEventBytes)
  } catch (error) {
    if (error instanceof WrongAnswer) throw error
    onDefect(error)
    return withinLimit(attempt, refused([{ tag: 'Defect' }]), maxEventBytes)
  }
}

/**
 * The event, and what the projection will make of it, so that an event that cannot be folded is not recorded. `held`:
 * the profile found, if its keys are known.
 */
const decideProfile = (
  rules: ImportRules,
  command: ImportProfile,
  importId: ImportId,
  match: FoundMatch,
  held: KeyedProfile | undefined,
  revision: number,
  later: LaterChanges | undefined,
): Checked<{ event: DomainEvent; document: KeyedProfile }> =>
  pipe(
    decide(rules)(command, importId, match, later),
    E.map(({ event, content }) => {
      const profile = withContent(match.profile, event, revision, content)
      const definition = rules.definitionOf(command.database) ?? undeclared
      const keys =
        held === undefined
          ? keysByOrigin(profile, definition)
          : keysAfter(held, event.personal, profile, definition)
      return { event, document: { profile, keys } }
    }),
  )

const bare = (event: ImportEvent): ImportEvent =>
  event.type === 'ProfileCreated' || event.type === 'ProfileUpdated'
    ? { ...event, personal: { ...event.personal, ...withoutBefore(event.personal) } }
    : event

/**
 * The event as it will be stored. If the event store would not accept it, without before-values; if it is still too
 * large, a refusal.
 */
export const withinLimit = (
  attempt: Attempt,
  { event, importId, match, document }: Decision,
  maxEventBytes: number | undefined,
): DecidedEvent => {
  const recorded = withContext(event, attempt, importId, match)
  if (maxEventBytes === undefined) return { event: recorded, bytes: undefined, document }
  const bytes = sizeOf(recorded)
  if (bytes <= maxEventBytes) return { event: recorded, bytes, document }
  const barest = bare(recorded)
  const bareBytes = sizeOf(barest)
  if (bareBytes <= maxEventBytes) return { event: barest, bytes: bareBytes, document }
  const refusal = refusalOf(attempt, [exceeded('event_bytes', maxEventBytes)])
  const refused = withContext(refusal, attempt, importId, undefined)
  return { event: refused, bytes: sizeOf(refused), document: undefined }
}
