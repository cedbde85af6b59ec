import * as E from 'fp-ts/lib/Either.js'
import type { CreationExtras, ImportProfile } from './command.ts'
import { contentAfter, noContent } from './content-after.ts'
import type { FieldChange, ProfileCreated, ProfileUpdated, Reason } from './events/current.ts'
import { withBoundedBefore } from './events/without-before.ts'
import { applyChanges } from './fields/apply-change.ts'
import { decideChange } from './fields/decide-change.ts'
import type { FieldInstruction } from './fields/field-instruction.ts'
import { type ImportId, profileIdOf } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { Limits } from './limits.ts'
import type { Match } from './matching/match.ts'
import type { Profile, ProfileContent } from './profile.ts'
import { limitExceeded, profileLimitExceeded, refuse } from './refuse.ts'
import type { ImportRules } from './rules.ts'
import { decideSubscriptionChanges } from './subscriptions/decide-changes.ts'

/** A change, and the content of the profile after it. */
export interface Decided {
  readonly event: ProfileCreated | ProfileUpdated
  readonly content: ProfileContent
}

const decideFields = (
  held: JsonObject,
  instructions: ReadonlyArray<FieldInstruction>,
  limits: Limits,
): E.Either<Reason, Array<FieldChange>> => {
  const changes: Array<FieldChange> = []
  let added = 0
  for (const instruction of instructions) {
    const { field } = instruction
    const isHeld = Object.hasOwn(held, field)
    const change = decideChange(isHeld ? held[field] : undefined, instruction, limits)
    if (E.isLeft(change)) return change
    if (change.right === undefined) continue
    changes.push(change.right)
    if (!isHeld) added += 1
    else if (change.right.action === 'unset') added -= 1
  }
  // Only growth is refused, so that a profile from before the limit was lowered can still be changed.
  if (added > 0 && Object.keys(held).length + added > limits.fields)
    return profileLimitExceeded(limits, 'fields')
  return E.right(changes)
}

const update = (command: ImportProfile, profile: Profile, limits: Limits): E.Either<Reason, Decided> => {
  const changes = decideFields(profile.fields, command.fields, limits)
  if (E.isLeft(changes)) return changes
  const subscriptions = decideSubscriptionChanges(profile.subscriptions, command.subscriptions, limits)
  if (E.isLeft(subscriptions)) return subscriptions
  const verdict = changes.right.length + subscriptions.right.length > 0 ? 'updated' : 'unchanged'
  const event: ProfileUpdated = {
    type: 'ProfileUpdated',
    public: { ...command.database, profile_id: profile.profile_id, verdict, code: 0 },
    personal: withBoundedBefore({ changes: changes.right, subscriptions: subscriptions.right }),
  }
  return withinBytes(event, profile, limits)
}

/** Only growth is refused, as above. */
const withinBytes = (
  event: Decided['event'],
  before: ProfileContent,
  limits: Limits,
): E.Either<Reason, Decided> => {
  const most = Math.max(limits.profile_bytes, before.bytes)
  const content = contentAfter(before, event.personal, most)
  return content.bytes > most ? limitExceeded(limits, 'profile_bytes') : E.right({ event, content })
}

const create = (
  command: ImportProfile,
  importId: ImportId,
  extras: CreationExtras,
  limits: Limits,
): E.Either<Reason, Decided> => {
  const changes = decideFields({}, command.fields, limits)
  if (E.isLeft(changes)) return changes
  const given = applyChanges({}, changes.right)
  const missing = extras.fields.filter(
    ({ action, field }) => action !== 'set' || !Object.hasOwn(given, field),
  )
  const more = decideFields(given, missing, limits)
  if (E.isLeft(more)) return more
  const patches = [...command.subscriptions.patches, ...extras.subscriptions]
  const subscriptions = decideSubscriptionChanges([], { clear: false, patches }, limits)
  if (E.isLeft(subscriptions)) return subscriptions
  const event: ProfileCreated = {
    type: 'ProfileCreated',
    public: { ...command.database, profile_id: profileIdOf(importId), verdict: 'created', code: 0 },
    personal: { changes: [...changes.right, ...more.right], subscriptions: subscriptions.right },
  }
  return withinBytes(event, noContent, limits)
}

/** The outcome of an import, given the matches of its criterion. */
export const decide =
  (rules: ImportRules) =>
  (command: ImportProfile, importId: ImportId, match: Match): E.Either<Reason, Decided> => {
    const { profile, candidates } = match
    if (candidates > 1 && rules.ambiguousMatch === 'reject')
      return refuse({ tag: 'SeveralMatches', candidates })
    if (profile !== undefined) return update(command, profile, rules.limits)
    if (command.updateOnly) return refuse({ tag: 'ProfileNotFound' })
    if (E.isLeft(command.creation)) return command.creation
    return create(command, importId, command.creation.right, rules.limits)
  }
